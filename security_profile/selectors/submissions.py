"""Reads submissions: the chain of rounds, and what was accepted before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import BooleanField, Expression, Q, QuerySet
from django.db.models.expressions import RawSQL

from agreements.models import Signature
from audit.selectors import Facts, altered, once_altered, unaltered
from core.errors import NotVisible
from security_models.models import SecurityModel
from security_profile.models import (
    CriterionDecision,
    ResponseVersion,
    Submission,
    SubmissionItem,
)
from security_profile.selectors.annual_reviews import review_of
from security_profile.states import (
    RETURNED_SUBMISSION,
    SIGNED_AS,
    SubmissionKind,
    SubmissionStatus,
)


def submissions_of(model: SecurityModel) -> QuerySet[Submission]:
    """All submissions of a model, newest first, without their frozen content."""
    rows = Submission.objects.filter(security_model=model).order_by("-submitted_at")
    return rows.defer("content")


def dated_submissions_of(model: SecurityModel) -> list[Submission]:
    """The same, to show their dates. Raises Altered if one is not what was set."""
    rows: list[Any] = list(submissions_of(model).annotate(altered=dates_altered()))
    require_dates(rows)
    return rows


def latest_submission(model: SecurityModel) -> Submission | None:
    """The newest submission, in any status."""
    return submissions_of(model).first()


def next_kind(model: SecurityModel) -> SubmissionKind:
    """The kind as which the working copy would be submitted now.

    While an annual review is due or returned, whatever is signed is that review (P9, P10).
    Otherwise the kind stays the same until the approval.
    """
    latest = latest_submission(model)
    if latest is None or latest.status == SubmissionStatus.CLOSED:
        return SubmissionKind.APPLICATION
    review = review_of(model)
    if review is not None and review.is_in_work:
        return SubmissionKind.ANNUAL_REVIEW
    over = latest.kind == SubmissionKind.ANNUAL_REVIEW and latest.status not in WITH_CBP
    if latest.status == SubmissionStatus.APPROVED or over:
        return SubmissionKind.UPDATE
    return SubmissionKind(latest.kind)


def signed_as(model: SecurityModel) -> str:
    """The name of what an Officer would sign now."""
    return str(SIGNED_AS[next_kind(model)])


def signed_review_in(submission_id: uuid.UUID) -> dict[str, Any] | None:
    """What was signed with a submission as an annual review; None if it is of another kind."""
    rows = Submission.objects.filter(pk=submission_id)
    found: dict[str, Any] | None = rows.values_list("content__annual_review", flat=True).get()
    return found


def newest_with(model: SecurityModel, code: str) -> uuid.UUID | None:
    """The id of the newest submission that has a criterion; None if none has."""
    items = SubmissionItem.objects.filter(security_model=model, criterion__code=code)
    return items.order_by("-submission__submitted_at").values_list("submission", flat=True).first()


def submission_of(model: SecurityModel, submission_id: uuid.UUID) -> Submission:
    """One submission with its content. Raises NotVisible for one of another model, and Altered if
    it is not what was signed.
    """
    submission = Submission.objects.filter(security_model=model, pk=submission_id).first()
    if submission is None:
        raise NotVisible("submission")
    require_unaltered(submission.pk)
    return submission


def require_unaltered(*submissions: uuid.UUID | None) -> None:
    """Raise Altered unless submissions, their answers and completed decisions are what was signed
    and decided (P8). None stands for a round that is not there.
    """
    unaltered(*_facts_of(submissions))


def require_unaltered_before(model_id: uuid.UUID, *submissions: uuid.UUID | None) -> None:
    """The same, and the approved versions of the model: what a round or its review follows."""
    versions = Facts(ResponseVersion, "security_model_id", [model_id])
    unaltered(*_facts_of(submissions), versions)


def _facts_of(submissions: Iterable[uuid.UUID | None]) -> tuple[Facts, ...]:
    ids = [one for one in submissions if one is not None]
    return (
        Facts(Submission, "id", ids),
        Facts(SubmissionItem, "submission_id", ids),
        Facts(CriterionDecision, "submission_id", ids),
    )


_DECISION = CriterionDecision._meta.db_table
_SUBMISSION = Submission._meta.db_table
#: A review that is completed has decided each item, so one that has no decision then has lost it.
_ALTERED_DECISION = f"""
    CASE WHEN NOT {_DECISION}.is_draft OR {_SUBMISSION}.reviewed_at IS NOT NULL
        THEN {altered(CriterionDecision, _DECISION)} ELSE false END
"""


def decision_altered() -> RawSQL:
    """Whether the decision that is joined to an item is not what a completed review decided.

    For queries that join the decision and the submission, and read both.
    """
    return RawSQL(_ALTERED_DECISION, [], BooleanField())  # noqa: S611 (our own SQL)


def dates_altered() -> Expression:
    """Whether the date of a submission's review, or of the answer to it, is not what was set."""
    return once_altered(Submission, "reviewed_at", "answer_due_on")


def require_dates(rows: Iterable[Any]) -> None:
    """Raise Altered if the dates of one of these submissions differ; they are annotated as
    ``altered``.
    """
    if changed := [row.pk for row in rows if row.altered]:
        require_unaltered(*changed)


def last_reviewed(submission: Submission | None) -> Submission | None:
    """The newest reviewed round at or before this one, skipping withdrawn rounds."""
    while submission is not None and submission.reviewed_at is None:
        submission = submission.previous
    return submission


def answered_by(submission: Submission) -> uuid.UUID | None:
    """The id of the round whose return a submission answers: the newest reviewed one before it, as
    :func:`last_reviewed` finds it; None if it answers none. One query, none for a first round.
    """
    if submission.previous_id is None:
        return None
    before = Submission.objects.filter(
        security_model=submission.security_model_id,
        submitted_at__lt=submission.submitted_at,
        reviewed_at__isnull=False,
    )
    newest = before.order_by("-submitted_at").values("pk", "status").first()
    return newest["pk"] if newest and newest["status"] in RETURNED_SUBMISSION else None


def items_by_criterion(submission: Submission | None) -> dict[str, SubmissionItem]:
    """The items of a submission with their decisions, by the id of their criterion."""
    if submission is None:
        return {}
    items = SubmissionItem.objects.filter(submission=submission).select_related("decision")
    return {item.criterion_id: item for item in items.defer("text", "reason", "evidence")}


def approved_hashes(model: SecurityModel) -> dict[str, str]:
    """The hash of the newest approved version of each criterion (P7)."""
    return dict(_newest_versions(model).values_list("criterion_id", "item_hash"))


def approved_days(model: SecurityModel) -> dict[str, dt.date]:
    """The day on which the newest version of each criterion was approved, by its id."""
    return dict(_newest_versions(model).values_list("criterion_id", "approved_on"))


def _newest_versions(model: SecurityModel) -> QuerySet[ResponseVersion]:
    versions = ResponseVersion.objects.filter(security_model=model)
    return versions.order_by("criterion_id", "-approved_at", "-number").distinct("criterion_id")


def awaiting_an_answer(latest: dt.date) -> QuerySet[Submission]:
    """Returned submissions without an answer in force, to be answered on or before a day.

    Whether the date is the one that was set must be compared before it is told.
    """
    withdrawn = Q(status=SubmissionStatus.ANSWERED, next__status=SubmissionStatus.WITHDRAWN)
    rows = Submission.objects.filter(Q(status=SubmissionStatus.RETURNED) | withdrawn)
    return rows.filter(answer_due_on__lte=latest).order_by("answer_due_on", "pk")


def rounds(submission: Submission) -> Iterator[Submission]:
    """The chain of rounds, from this one back to the first."""
    current: Submission | None = submission
    while current is not None:
        yield current
        current = current.previous


def copy_of_record(submission: Submission) -> Signature | None:
    """The signature that made a submission; its copy of record can always be read (A5).

    If the same content is signed again after a withdrawal, that is another signature, of a later
    submission.
    """
    signatures = Signature.objects.filter(
        security_model_id=submission.security_model_id,
        content_hash=submission.content_hash,
        signer_id=submission.submitted_by_id,
        signed_at__lte=submission.submitted_at,
    )
    return signatures.select_related("copy_of_record__file").order_by("-signed_at").first()


WITH_CBP = frozenset({SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW})
