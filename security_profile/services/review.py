"""Reviews a set of items one by one, whatever was submitted (P6).

The kind of the submission says what follows at the end (``services.outcomes``). Decisions are
drafts until the review is completed. The assigned specialist and management may work on one review
at the same time: each decision names the version it is based on, so if two people decide at once,
one wins and the other sees that decision. Locks: the security model, then the submission; a single
decision locks only the submission.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from audit.services import model_scope
from core import clock
from core.access import Access
from core.compiled import Compiled
from core.concurrency import save_versioned
from core.crypto import content_hash
from core.errors import NotVisible, Problem, Stale, refusal, refuse
from core.text import filled, is_blank
from notifications.services.sending import notify
from security_models.models import SecurityModel, StaffAssignment
from security_models.policies import P, in_charge
from security_models.selectors.who_decides import Act, may_decide, require_in_charge
from security_models.services import staff
from security_models.services.roots import lock
from security_profile.machine import count_returned, submissions
from security_profile.models import (
    CriterionDecision,
    Submission,
    SubmissionItem,
)
from security_profile.selectors import require_unaltered_before
from security_profile.services.outcomes import Outcome, outcome_of
from security_profile.services.submission_record import record_about, words_about
from security_profile.states import SubmissionStatus, Verdict

DECIDED = (Verdict.ACCEPTED, Verdict.RETURNED)


@transaction.atomic
def start_review(*, actor: Access, submission_id: uuid.UUID) -> Submission:
    """Begin the review; from now on the Officer cannot withdraw (domain 3).

    Two clicks, or two people, begin it once.
    """
    model, submission = entered(actor, submission_id)
    if submission.status == SubmissionStatus.IN_REVIEW:
        return submission
    submissions.apply("start_review", submission, actor=actor, review_started_at=clock.now())
    record_about("review_started", actor, submission)
    notify(
        "submission.review_started",
        scope=model_scope(model.pk),
        about=model,
        url=staff.glance_url(model),
        **words_about(model, submission),
    )
    return submission


@transaction.atomic
def decide(
    *,
    actor: Access,
    submission_id: uuid.UUID,
    code: str,
    verdict: str,
    comment: str,
    internal_note: str,
    version: int,
) -> CriterionDecision:
    """Accept or return one criterion, or keep a note on it (*To review*), as a draft.

    ``version`` is the version of the decision that the writer had read, 0 for none. Stale contains
    what someone else decided in the meantime. A return needs a comment. Two clicks make one
    decision.
    """
    actor.require(P.REVIEW)
    item = _locked_item(actor, submission_id, code)
    refuse_unless_open(item.submission)
    if verdict == Verdict.RETURNED and is_blank(comment):
        words = _("Write a comment that tells the partner what to change.")
        raise refusal("comment", words, "comment")
    wanted = {"verdict": verdict, "comment": comment, "internal_note": internal_note}
    made = getattr(item, "decision", None)
    decision, is_new = _write(item, made, wanted, version, actor)
    if is_new:
        record_about("decided", actor, item.submission, code=code, verdict=_label(verdict))
    return decision


@transaction.atomic
def complete_review(
    *, actor: Access, submission_id: uuid.UUID, seen: str, rechecked: Collection[str] = ()
) -> Submission:
    """End the review: one consolidated return, or the approval (P6, P7).

    ``seen`` is the fingerprint of the decisions on the page that was confirmed; Stale if one has
    changed since. Unchanged criteria without a decision are carried over as accepted.
    ``rechecked`` are the codes of what was checked besides the criteria; an approval needs all that
    the kind asks for (``Outcome.rechecks``). Two clicks, or two people, complete it once.
    """
    model, submission = entered(actor, submission_id)
    if submission.reviewed_at is not None:
        return submission
    refuse_unless_open(submission)
    if seen != decisions_seen(submission):
        raise Stale(submission)
    require_unaltered_before(model.pk, submission.pk, submission.previous_id)
    outcome = outcome_of(submission)
    outcome.settle(submission, actor)
    returned = count_returned(submission)
    if not returned:
        _require_rechecked(outcome, rechecked)
    changes: dict[str, Any] = {"reviewed_at": clock.now(), "reviewed_by_name": actor.name}
    if returned:
        changes["answer_due_on"] = clock.clock(outcome.answer_clock).due(clock.today())
    submissions.apply("return" if returned else "approve", submission, actor=actor, **changes)
    submission.decisions.update(is_draft=False)
    if returned:
        outcome.returned(actor, model, submission, returned)
    else:
        outcome.approved(actor, model, submission)
    return submission


def _require_rechecked(outcome: Outcome, rechecked: Collection[str]) -> None:
    refuse(
        Problem("not_rechecked", _("Tick this once you have checked it."), f"recheck_{code}")
        for code in outcome.rechecks
        if code not in rechecked
    )


def close_open(*, actor: Access, model: SecurityModel) -> list[Submission]:
    """Close what is open when the application ends. The caller has locked the model."""
    is_open = Q(status__in=submissions.moves["close"].sources)
    closed = list(model.submissions.select_for_update(no_key=True).filter(is_open))
    for submission in closed:
        submissions.apply("close", submission, actor=actor)
        record_about("closed", actor, submission)
    return closed


def decisions_seen(submission: Submission) -> str:
    """A fingerprint of all decisions of a review, for the page that confirms its completion."""
    rows = submission.decisions.order_by("item_id", "part")
    seen = rows.values_list("item_id", "part", "version", "verdict")
    return content_hash([[str(item or part), *state] for item, part, *state in seen])


# --- reading and writing under the lock -----------------------------------------------------------


def entered(actor: Access, submission_id: uuid.UUID) -> tuple[SecurityModel, Submission]:
    """The actor's model and its submission, both locked; the right to review is read again."""
    actor.require(P.REVIEW)
    model = lock(actor.security_model.pk)
    require_in_charge(actor, model)
    rows = Submission.objects.select_for_update(no_key=True).defer("content")
    submission = rows.filter(pk=submission_id, security_model=model).first()
    if submission is None:
        raise NotVisible("submission")
    return model, submission


def _locked_item(actor: Access, submission_id: uuid.UUID, code: str) -> SubmissionItem:
    """One item with its submission locked and its decision; one query.

    Raises NotVisible also if the actor no longer looks after the partner (R6).
    """
    model = actor.security_model
    item = _item(clock.today()).first(
        user_id=actor.user_id, model_id=model.pk, submission_id=submission_id, code=code
    )
    if item is None or not may_decide(actor, model, Act.REVIEW, is_in_charge=item.is_mine):
        raise NotVisible("submission_item")
    return item


@lru_cache(maxsize=4)
def _item(day: dt.date) -> Compiled[Any]:
    """The question of :func:`_locked_item` on a program day, which decides who covers for whom."""

    def make(user_id: Any, model_id: Any, submission_id: Any, code: Any) -> QuerySet[Any]:
        mine = StaffAssignment.objects.filter(
            in_charge(user_id), security_model=OuterRef("security_model")
        )
        items = SubmissionItem.objects.filter(
            security_model=model_id, submission=submission_id, criterion__code=code
        )
        items = items.annotate(is_mine=Exists(mine)).select_related("submission", "decision")
        items = items.defer("submission__content", "text", "reason", "evidence")
        return items.select_for_update(of=("submission",), no_key=True)

    ids = dict.fromkeys(("user_id", "model_id", "submission_id"), uuid.UUID)
    return Compiled(make, **ids, code=str)


def refuse_unless_open(submission: Submission) -> None:
    """Refuse with the reason unless decisions can be made now."""
    if submission.status == SubmissionStatus.IN_REVIEW:
        return
    if submission.reviewed_at is not None:
        words = _("%(name)s has completed this review. Its decisions can no longer be changed.")
        words = filled(words, name=submission.reviewed_by_name)
    elif submission.status == SubmissionStatus.SUBMITTED:
        words = _("Select Start review first. Until then the Officer can withdraw the submission.")
    else:
        label = SubmissionStatus(submission.status).label
        words = _("This submission is no longer under review. It is %(status)s.")
        words %= {"status": label}
    raise refusal("not_in_review", words)


def is_same(made: CriterionDecision, wanted: dict[str, str], actor: Access) -> bool:
    """Whether this is a second click on the button that made the decision."""
    same = all(getattr(made, name) == value for name, value in wanted.items())
    return same and made.decided_by_id == actor.user_id


def _write(
    item: SubmissionItem,
    made: CriterionDecision | None,
    wanted: dict[str, str],
    version: int,
    actor: Access,
) -> tuple[CriterionDecision, bool]:
    """Return the decision, and whether it was written now. On a second click it is
    already there.
    """
    by = {
        "decided_by": actor.user,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
        "carried_over": False,
    }
    try:
        if made is not None:
            return save_versioned(made, expected=version, **wanted, **by), True
        return _insert(item, wanted, by), True
    except Stale as stale:
        if is_same(stale.current, wanted, actor):
            return stale.current, False
        raise


def _insert(item: SubmissionItem, wanted: dict[str, str], by: dict[str, Any]) -> CriterionDecision:
    """The first decision on an item. Raises Stale if there is one since we waited for the lock."""
    try:
        with transaction.atomic():
            return CriterionDecision.objects.create(
                security_model_id=item.security_model_id,
                submission_id=item.submission_id,
                item=item,
                **wanted,
                **by,
            )
    except IntegrityError as taken:
        raise Stale(CriterionDecision.objects.get(item=item)) from taken


def _label(verdict: str) -> str:
    return str(Verdict(verdict).label)
