"""Records every attempt to prove who a person is, and the delay that grows over it (U9).

A record must stay although the act that it was meant for is refused. So don't call these functions
inside a block that a refusal rolls back.
"""

from __future__ import annotations

from typing import Any

from core import clock
from core.access import Access
from core.errors import Problem, Refused
from identity.credentials import growing_delay
from identity.models import SignInEvent, User
from identity.states import SignInStep


def attempt(
    actor: Access, request: Any, email: str, user: User | None, step: SignInStep, succeeded: bool
) -> None:
    """Record one attempt with this address."""
    SignInEvent.objects.create(
        email_hash=growing_delay.name_hash(email),
        user=user,
        at=clock.now(),
        ip=actor.ip or None,
        device=growing_delay.device_of(request, email),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:300],
        step=step,
        succeeded=succeeded,
    )


def _wait(email: str, actor: Access, request: Any) -> Any:
    return growing_delay.wait_for(email, actor.ip, growing_delay.device_of(request, email))


def refuse_early(email: str, actor: Access, request: Any) -> None:
    """Let one attempt at a time continue. During a delay raise Refused: nothing is checked or
    counted.
    """
    growing_delay.one_at_a_time(email)
    if wait := _wait(email, actor, request):
        raise Refused("wait", [growing_delay.in_words(wait)])


def failed(email: str, actor: Access, request: Any, wrong: Problem) -> Refused:
    """The refusal after a failure that was just recorded, with the wait that it started."""
    wait = _wait(email, actor, request)
    return Refused(wrong.code, [wrong, *([growing_delay.in_words(wait)] if wait else [])])
