"""Proves who a person is by the answers to the three security questions (U5, U6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.access import Access
from core.errors import Problem, refusal
from identity.credentials.security_answers import COUNT, hash_answer, is_answer, is_of_before
from identity.models import SecurityQuestion, User
from identity.selectors.user_state import questions_of, recovery_paused
from identity.services.attempts import attempt, failed, refuse_early
from identity.services.recovery import pause_if_too_many
from identity.states import SignInStep


def prove_answers(*, actor: Access, request: Any, user: User, answers: Sequence[str]) -> None:
    """Check all three answers at once. Refused with one combined "wrong".

    Every answer is compared, whatever the result of the one before. A failure counts for the
    growing delay (U9). After ten failures within a day no answer is checked for 24 hours. Don't
    call this inside a block that a refusal rolls back.
    """
    refuse_early(user.email, actor, request)
    user.refresh_from_db(fields=["recovery_paused_until"])
    if user.recovery_paused_until is not None and recovery_paused(user):
        until = date_format(localtime(user.recovery_paused_until), "M j, Y, g:i a T")
        words = _("Too many answers were wrong. You can answer again after %(until)s.")
        raise refusal("paused", words % {"until": until})
    pairs = list(zip(answers, questions_of(user), strict=False))
    right = [is_answer(typed, one.answer_hash) for typed, one in pairs]
    if len(right) == COUNT and all(right):
        _hash_anew(pairs)
        return
    attempt(actor, request, user.email, user, SignInStep.ANSWERS, succeeded=False)
    pause_if_too_many(actor=actor, user=user)
    words = _("At least one of the three answers is not right. Enter all three again.")
    raise failed(user.email, actor, request, Problem("wrong_answers", words))


def _hash_anew(pairs: Sequence[tuple[str, SecurityQuestion]]) -> None:
    """Hash answers that were stored before folding again, now that they are known."""
    for typed, kept in pairs:
        if is_of_before(kept.answer_hash):
            same = SecurityQuestion.objects.filter(pk=kept.pk, answer_hash=kept.answer_hash)
            same.update(answer_hash=hash_answer(typed))
