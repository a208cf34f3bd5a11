"""Sends a change request to who decides, and withdraws it (T3, S3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from change_requests.checks.sending import content_problems, taken_problems
from change_requests.facts.lines import as_change
from change_requests.machine import CHANGE, scope_of
from change_requests.models import ChangeLine, ChangeRequest
from change_requests.presentation.change_words import all_words
from change_requests.providers import sent_again
from change_requests.selectors.requests import lines_of, proofs_of, waiting_for
from change_requests.services.drafts import require_may_ask
from change_requests.services.locking import lock_request
from change_requests.services.moving import move, require_undecided, settle_lines
from change_requests.services.telling import tell_staff, tell_staff_of_end
from change_requests.states import ChangeStatus
from core import clock
from core.access import Access
from core.errors import Problem, Stale, refuse
from core.text import listed
from security_models.checks.locked_numbers import count_problems, fitting_problems
from security_models.selectors.name_keeper import account_in_charge_of_name
from security_models.selectors.numbers_and_papers import identifiers_of
from security_models.services.roots import lock_for_edit


@transaction.atomic
def send(*, actor: Access, request: ChangeRequest, expected: int) -> ChangeRequest:
    """Send a draft, or what was returned, to who decides; a second click does nothing.

    Refused with everything that is missing, or no longer fits what is entered. Raises Stale if
    someone else changed the request since (P5).
    """
    require_may_ask(actor, request)
    now = lock_request(request)
    if now.status == ChangeStatus.OPEN and now.asked_by_id == actor.user_id:
        return now
    refuse(CHANGE.problems("send", now, actor))
    if now.version != expected:
        raise Stale(now)
    lines = lines_of(now)
    proofs = proofs_of(now)
    refuse(
        [
            *content_problems(now, lines, proofs),
            *taken_problems(waiting_for([one.key for one in lines], but=now.pk)),
            *_fitting(now, lines),
        ]
    )
    at = clock.now()
    changes: dict[str, Any] = {
        "round": now.round + 1,
        "asked_on": clock.today(),
        "asked_at": at,
        "asked_by_id": actor.user_id,
        "asked_by_name": actor.name,
        "said": "",
    }
    if now.is_of_name:
        changes["security_model"] = account_in_charge_of_name(now.trade_account_id)
    move("send", now, actor, **changes)
    now.lines.update(waits=True)
    record(
        "change_requests.sent",
        actor=actor,
        scope=scope_of(now),
        subject=("change_request", now.pk),
        request=now.reference,
        changes=all_words(lines),
        proofs=listed(one.file.name for one in proofs),
    )
    tell_staff(now)
    for _done in sent_again(now) if now.round > 1 else ():
        pass
    return now


def _fitting(request: ChangeRequest, lines: Sequence[ChangeLine]) -> list[Problem]:
    """Why the changes do not fit what is so now."""
    if request.is_of_name:
        wrong = [one for one in lines if one.before_shown != request.trade_account.name]
        words = _("The company name was changed since you began. Check the new name, then save.")
        return [Problem("changed", words, "name") for _line in wrong]
    assert request.security_model is not None  # noqa: S101 - a constraint of the table
    facts = lock_for_edit(request.security_model)
    entered = identifiers_of(request.security_model)
    changes = [as_change(one) for one in lines]
    found = [*fitting_problems(entered, changes), *count_problems(facts, entered, changes)]
    return [Problem(one.code, one.message) for one in found]


@transaction.atomic
def withdraw(*, actor: Access, request: ChangeRequest) -> ChangeRequest:
    """End a request that is not decided; a second click does nothing. A draft is discarded."""
    require_may_ask(actor, request)
    now = lock_request(request)
    if now.status == ChangeStatus.WITHDRAWN:
        return now
    require_undecided(now)
    was_open = now.status == ChangeStatus.OPEN
    move("withdraw", now, actor)
    settle_lines(now)
    if now.round:
        record(
            "change_requests.withdrawn",
            actor=actor,
            scope=scope_of(now),
            subject=("change_request", now.pk),
            request=now.reference,
        )
    if was_open:
        tell_staff_of_end(now)
    return now
