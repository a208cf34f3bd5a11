"""Changes the security questions (U2, U5)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import Refused, refuse
from identity.credentials import security_answers
from identity.models import SecurityQuestion, User
from identity.selectors.user_state import recipient
from identity.services.set_up import locked, write_questions
from notifications.services.sending import notify


@transaction.atomic
def change_questions(
    *, actor: Access, proved: Sequence[SecurityQuestion], pairs: Sequence[tuple[str, str]]
) -> User:
    """Replace the actor's own three questions and answers.

    The caller has proved the password, the second factor and the answers to the questions in
    ``proved``. Refused if the questions changed in between, and with every problem of the new ones.
    """
    user = locked(actor)
    now_there = SecurityQuestion.objects.filter(user=user).values_list("pk", flat=True)
    if set(now_there) != {one.pk for one in proved}:
        raise Refused("lost_race", [security_answers.changed_elsewhere()])
    problems = security_answers.problems_of(pairs, email=user.email)
    refuse(problems)
    write_questions(user, pairs)
    scope = person_scope(user.pk)
    record("identity.questions_changed", actor=actor, scope=scope)
    notify(
        "user.questions_changed",
        scope=scope,
        to=[recipient(user)],
        url=reverse("identity:security-history"),
        at=clock.now(),
        ip=actor.ip,
    )
    return user
