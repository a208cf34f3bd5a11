"""The review of a submission, criterion by criterion (P6).

Decisions are drafts until the review is completed. The assigned specialist and management may work
on one review at the same time: each decision names the version it was based on, so that of two one
wins and the other is shown what was decided. Locks: the security model, then the submission; a
single decision locks the submission alone.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.crypto import content_hash
from core.errors import NotVisible, Problem, Refused, Stale
from core.text import filled, is_blank
from notifications.services import notify
from security_models.models import SecurityModel, StaffAssignment
from security_models.policies import P, in_charge
from security_models.selectors.deciding import Act, may_decide, require_in_charge
from security_models.services import staff
from security_models.services.roots import lock
from security_profile.machine import count_returned, items_to_decide, submissions
from security_profile.models import (
    CriterionDecision,
    ResponseVersion,
    Submission,
    SubmissionItem,
)
from security_profile.states import SubmissionStatus, Verdict

DECIDED = (Verdict.ACCEPTED, Verdict.RETURNED)


@transaction.atomic
def start_review(*, actor: Access, submission_id: uuid.UUID) -> Submission:
    """Begin the review: from now on the Officer cannot withdraw (domain 3).

    Pressed twice, or by two people, it begins once.
    """
    model, submission = _entered(actor, submission_id)
    if submission.status == SubmissionStatus.IN_REVIEW:
        return submission
    submissions.apply("start_review", submission, actor=actor, review_started_at=clock.now())
    _record("review_started", actor, submission)
    notify(
        "submission.review_started",
        scope=model_scope(model.pk),
        about=model,
        url=staff.glance_url(model),
        **_words(model, submission),
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

    ``version`` is that of the decision the writer had read, 0 for none; Stale carries what
    somebody else decided meanwhile. A return needs a comment. The same decision sent twice is one.
    """
    actor.require(P.REVIEW)
    item = _locked_item(actor, submission_id, code)
    _refuse_unless_open(item.submission)
    if verdict == Verdict.RETURNED and is_blank(comment):
        words = _("Write a comment: the partner reads it and knows what to change.")
        raise Refused("comment", [Problem("comment", words, "comment")])
    wanted = {"verdict": verdict, "comment": comment, "internal_note": internal_note}
    made = getattr(item, "decision", None)
    decision, is_new = _write(item, made, wanted, version, actor)
    if is_new:
        _record("decided", actor, item.submission, code=code, verdict=_label(verdict))
    return decision


@transaction.atomic
def complete_review(*, actor: Access, submission_id: uuid.UUID, seen: str) -> Submission:
    """End the review: one consolidated return, or the approval (P6, P7).

    ``seen`` is the fingerprint of the decisions on the page that was confirmed; Stale if one was
    changed since. Unchanged criteria without a decision are carried over as accepted. Pressed
    twice, or by two people, the review is completed once.
    """
    model, submission = _entered(actor, submission_id)
    if submission.reviewed_at is not None:
        return submission
    _refuse_unless_open(submission)
    if seen != decisions_seen(submission):
        raise Stale(submission)
    _carry_over(submission, actor)
    returned = count_returned(submission)
    changes: dict[str, Any] = {"reviewed_at": clock.now(), "reviewed_by_name": actor.name}
    if returned:
        changes["answer_due_on"] = clock.clock("return_response").due(clock.today())
    submissions.apply("return" if returned else "approve", submission, actor=actor, **changes)
    submission.decisions.update(is_draft=False)
    if returned:
        _tell_returned(actor, model, submission, returned)
    else:
        _approve(actor, model, submission)
    return submission


def close_open(*, actor: Access, model: SecurityModel) -> list[Submission]:
    """Close what is open when the application ends; the model is locked by the caller."""
    is_open = Q(status__in=submissions.moves["close"].sources)
    closed = list(model.submissions.select_for_update(no_key=True).filter(is_open))
    for submission in closed:
        submissions.apply("close", submission, actor=actor)
        _record("closed", actor, submission)
    return closed


def decisions_seen(submission: Submission) -> str:
    """A fingerprint of all decisions of a review, for the page that confirms its completion."""
    rows = submission.decisions.order_by("item_id").values_list("item_id", "version", "verdict")
    return content_hash([[str(item), version, verdict] for item, version, verdict in rows])


# --- reading and writing under the lock -----------------------------------------------------------


def _entered(actor: Access, submission_id: uuid.UUID) -> tuple[SecurityModel, Submission]:
    """The actor's model and its submission, both locked; the right to review read again."""
    actor.require(P.REVIEW)
    model = lock(actor.security_model.pk)
    require_in_charge(actor, model)
    rows = Submission.objects.select_for_update(no_key=True).defer("content")
    submission = rows.filter(pk=submission_id, security_model=model).first()
    if submission is None:
        raise NotVisible("submission")
    return model, submission


def _locked_item(actor: Access, submission_id: uuid.UUID, code: str) -> SubmissionItem:
    """One item with its submission locked and its decision, in one query.

    NotVisible too for somebody who no longer looks after the partner (R6).
    """
    mine = StaffAssignment.objects.filter(
        in_charge(actor.user_id), security_model=OuterRef("security_model")
    )
    items = SubmissionItem.objects.filter(
        security_model=actor.security_model.pk, submission=submission_id, criterion__code=code
    )
    item = (
        items.annotate(is_mine=Exists(mine))
        .select_related("submission", "decision")
        .defer("submission__content", "text", "reason", "evidence")
        .select_for_update(of=("submission",), no_key=True)
        .first()
    )
    model = actor.security_model
    if item is None or not may_decide(actor, model, Act.REVIEW, is_in_charge=item.is_mine):
        raise NotVisible("submission_item")
    return item


def _refuse_unless_open(submission: Submission) -> None:
    if submission.status == SubmissionStatus.IN_REVIEW:
        return
    if submission.reviewed_at is not None:
        words = _("%(name)s has completed this review. Its decisions can no longer be changed.")
        words = filled(words, name=submission.reviewed_by_name)
    elif submission.status == SubmissionStatus.SUBMITTED:
        words = _("Press Start review first: until then the Officer may withdraw the submission.")
    else:
        label = SubmissionStatus(submission.status).label
        words = _("This submission is no longer under review. It is %(status)s.")
        words %= {"status": label}
    raise Refused("not_in_review", [Problem("not_in_review", words)])


def _is_same(made: CriterionDecision, wanted: dict[str, str], actor: Access) -> bool:
    """Whether this is a second press of the button that made the decision."""
    same = all(getattr(made, name) == value for name, value in wanted.items())
    return same and made.decided_by_id == actor.user_id


def _write(
    item: SubmissionItem,
    made: CriterionDecision | None,
    wanted: dict[str, str],
    version: int,
    actor: Access,
) -> tuple[CriterionDecision, bool]:
    """The decision, and whether it was written now: the same one pressed twice is there already."""
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
        if _is_same(stale.current, wanted, actor):
            return stale.current, False
        raise


def _insert(item: SubmissionItem, wanted: dict[str, str], by: dict[str, Any]) -> CriterionDecision:
    """The first decision on an item; Stale if there was one while we waited for the lock."""
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


def _carry_over(submission: Submission, actor: Access) -> None:
    """Accept, as carried over, what needs no decision and has none."""
    undecided = Q(decision__isnull=True) | Q(decision__verdict=Verdict.TO_REVIEW)
    items = items_to_decide(submission).filter(undecided, Q(to_decide=False))
    ids = list(items.values_list("pk", "decision__pk"))
    by = {
        "verdict": Verdict.ACCEPTED,
        "carried_over": True,
        "decided_by": actor.user,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
    }
    fresh = [item for item, decision in ids if decision is None]
    CriterionDecision.objects.bulk_create(
        CriterionDecision(
            security_model_id=submission.security_model_id,
            submission=submission,
            item_id=item,
            **by,
        )
        for item in fresh
    )
    if len(fresh) < len(ids):
        reopened = [decision for _item, decision in ids if decision is not None]
        again = submission.decisions.filter(pk__in=reopened)
        again.update(**by, version=F("version") + 1)


# --- the two outcomes -----------------------------------------------------------------------------


def _tell_returned(actor: Access, model: SecurityModel, submission: Submission, count: int) -> None:
    """One message for all returned criteria; the comments are in the portal only."""
    _record("returned", actor, submission, count=count)
    notify(
        "submission.returned",
        scope=model_scope(model.pk),
        about=model,
        url=_profile_url(model) + "?status=returned",
        **mail_words(model, submission, count),
    )


def mail_words(model: SecurityModel, submission: Submission, returned: int) -> dict[str, Any]:
    """What the mail about a completed review says; also for its preview before the completion."""
    words = _words(model, submission)
    if not returned:
        return words
    due = submission.answer_due_on or clock.clock("return_response").due(clock.today())
    return {**words, "criterion_count": returned, "due_date": due}


def _approve(actor: Access, model: SecurityModel, submission: Submission) -> None:
    """Write versions of what changed, tell the contacts, pass the first gate."""
    versions = _write_versions(submission)
    _record("approved", actor, submission, count=len(versions))
    notify(
        "submission.approved",
        scope=model_scope(model.pk),
        about=model,
        url=_profile_url(model),
        **mail_words(model, submission, 0),
    )
    staff.approve_profile(actor=actor, model=model)


def _write_versions(submission: Submission) -> list[ResponseVersion]:
    """A new version for each criterion whose frozen answer differs from the last approved (P7)."""
    now = submission.reviewed_at or clock.now()
    newest = ResponseVersion.objects.filter(security_model_id=submission.security_model_id)
    newest = newest.order_by("response_id", "-number").distinct("response_id")
    before = {version.response_id: version for version in newest.defer("text", "evidence")}
    return ResponseVersion.objects.bulk_create(
        ResponseVersion(
            security_model_id=item.security_model_id,
            criterion_id=item.criterion_id,
            response_id=item.response_id,
            submission=submission,
            number=before[item.response_id].number + 1 if item.response_id in before else 1,
            text=item.text,
            not_applicable=item.not_applicable,
            reason=item.reason,
            evidence=item.evidence,
            item_hash=item.item_hash,
            approved_at=now,
            approved_on=clock.today(),
        )
        for item in submission.items.order_by("criterion__position")
        if item.response_id not in before or before[item.response_id].item_hash != item.item_hash
    )


# --- words ----------------------------------------------------------------------------------------


def _record(kind: str, actor: Access, submission: Submission, **data: Any) -> None:
    record(
        f"security_profile.{kind}",
        actor=actor,
        scope=model_scope(submission.security_model_id),
        subject=("submission", submission.pk),
        reference=submission.reference,
        round=submission.round,
        **data,
    )


def _label(verdict: str) -> str:
    return str(Verdict(verdict).label)


def _words(model: SecurityModel, submission: Submission) -> dict[str, Any]:
    return {
        "account": model.trade_account.name,
        "model_reference": model.reference,
        "reference": submission.reference,
        "round": submission.round,
    }


def _profile_url(model: SecurityModel) -> str:
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return reverse("security_profile:profile", kwargs=kwargs)
