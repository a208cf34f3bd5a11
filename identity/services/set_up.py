"""The user profile and the security questions (U1, U2)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import refusal, refuse
from identity.credentials import security_answers
from identity.models import SecurityQuestion, User
from identity.states import SetUpStep


def locked(actor: Access) -> User:
    """The actor's own row, locked."""
    return User.objects.select_for_update().get(pk=actor.user_id)


@transaction.atomic
def save_profile(
    *,
    actor: Access,
    version: int,
    salutation: str,
    first_name: str,
    last_name: str,
    title: str,
    phone: str,
) -> User:
    """Save the actor's own profile; in the set-up this opens the questions.

    Raises Stale if the profile was saved elsewhere after ``version`` was read.
    """
    user = locked(actor)
    step = user.set_up_step
    saved = save_versioned(
        user,
        expected=version,
        salutation=salutation,
        first_name=first_name,
        last_name=last_name,
        title=title,
        phone=phone,
        set_up_step=SetUpStep.QUESTIONS if step == SetUpStep.PROFILE else step,
    )
    record("identity.profile_saved", actor=actor, scope=person_scope(user.pk))
    return saved


@transaction.atomic
def save_questions(*, actor: Access, pairs: Sequence[tuple[str, str]]) -> User:
    """Set the three questions and answers during the set-up (U2); this opens the password.

    ``pairs`` are question and answer. Refused with every problem at its field.
    """
    user = locked(actor)
    if user.set_up_step not in {SetUpStep.QUESTIONS, SetUpStep.PASSWORD}:
        words = _("This step isn't open yet. Complete the pages in order.")
        raise refusal("order", words)
    problems = security_answers.problems_of(pairs, email=user.email)
    refuse(problems)
    write_questions(user, pairs)
    user.set_up_step = SetUpStep.PASSWORD
    user.save(update_fields=["set_up_step"])
    record("identity.questions_set", actor=actor, scope=person_scope(user.pk))
    return user


def write_questions(user: User, pairs: Sequence[tuple[str, str]]) -> None:
    """Replace the questions and answers of a locked user with these and their hashes."""
    now = clock.now()
    SecurityQuestion.objects.filter(user=user).delete()
    SecurityQuestion.objects.bulk_create(
        SecurityQuestion(
            user=user,
            position=position,
            question=question,
            answer_hash=security_answers.hash_answer(answer),
            set_at=now,
        )
        for position, (question, answer) in enumerate(pairs, 1)
    )
