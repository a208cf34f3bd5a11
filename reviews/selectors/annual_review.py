"""Reads what an Officer signed with an annual review, and what it is compared with (P10)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import NotVisible
from documents.models import DocumentVersion
from documents.selectors import clean_versions
from reviews.selectors.review import Review, review_of
from security_models.models import SecurityModel
from security_profile.facts.approvals import Approval
from security_profile.models import AnnualReview, CriterionDecision, Submission
from security_profile.selectors.annual_reviews import Year, review_due_on, years_of
from security_profile.selectors.annual_reviews import review_of as review_today
from security_profile.selectors.submissions import answered_by, require_unaltered
from security_profile.selectors.versions import approvals_of


@dataclass(frozen=True)
class SignedReview:
    """An annual review as it was signed. ``before`` is the last approval before it, with the
    company profile of that time.

    ``submitted_on`` is the day of the first round, which was in time or late. ``document`` is the
    version of the risk assessment's document, empty if it cannot be opened. ``decided`` are the
    decisions on parts that are no criteria, by part, and ``decided_before`` those of the round that
    it answers, also if another answer was withdrawn in between.
    """

    review: Review
    content: Mapping[str, Any]
    before: Approval | None
    company_before: Mapping[str, Any] | None
    submitted_on: dt.date
    rechecked_by: str
    rechecked_at: dt.datetime | None
    document: str
    decided: Mapping[str, CriterionDecision]
    decided_before: Mapping[str, CriterionDecision]

    @property
    def signed(self) -> Mapping[str, Any]:
        """What was signed besides the two profiles."""
        signed: Mapping[str, Any] = self.content["annual_review"]
        return signed

    @property
    def due_on(self) -> dt.date:
        """The due day of the review."""
        return dt.date.fromisoformat(self.signed["due_on"])

    @property
    def is_late(self) -> bool:
        """Whether the first round was submitted after the due day."""
        return self.submitted_on > self.due_on


def signed_review(model: SecurityModel, submission_id: uuid.UUID) -> SignedReview | None:
    """The annual review of a model that was submitted under this id; None if the submission is
    none. Raises NotVisible for an id of another model, and Altered if something is not what was
    signed.
    """
    review = review_of(model, submission_id)
    if not review.is_annual:
        return None
    submission = review.submission
    before = next((one for one in approvals_of(model) if one.at < submission.submitted_at), None)
    ids = [submission.pk, *([before.id] if before is not None else [])]
    contents = dict(Submission.objects.filter(pk__in=ids).values_list("pk", "content"))
    content = contents[submission.pk]
    answered = _answered(review)
    parts = _decided(submission.pk, answered)
    row = _row(model, dt.date.fromisoformat(content["annual_review"]["due_on"]))
    return SignedReview(
        review=review,
        content=content,
        before=before,
        company_before=contents[before.id]["company"] if before is not None else None,
        submitted_on=row.submitted_on or submission.submitted_on,
        rechecked_by=row.rechecked_by_name,
        rechecked_at=row.rechecked_at,
        document=_document(model, content["annual_review"]["assessment"]),
        decided=parts.get(submission.pk, {}),
        decided_before=parts.get(answered, {}),
    )


def _answered(review: Review) -> uuid.UUID | None:
    """The round whose return was answered; ``review_of`` has compared the one directly before."""
    found = answered_by(review.submission)
    if found is not None and found != review.submission.previous_id:
        require_unaltered(found)
    return found


def _decided(*rounds: uuid.UUID | None) -> dict[Any, dict[str, CriterionDecision]]:
    """The decisions on parts, by submission and part."""
    known = [one for one in rounds if one is not None]
    found: dict[Any, dict[str, CriterionDecision]] = {}
    for one in CriterionDecision.objects.filter(submission__in=known).exclude(part=""):
        found.setdefault(one.submission_id, {})[one.part] = one
    return found


def _row(model: SecurityModel, due_on: dt.date) -> AnnualReview:
    return AnnualReview.objects.get(security_model=model, due_on=due_on)


def _document(model: SecurityModel, assessment: Mapping[str, Any] | None) -> str:
    """The version with the content that was signed: a later one of the same document is another."""
    signed = (assessment or {}).get("document")
    if not signed:
        return ""
    versions = DocumentVersion.objects.filter(security_model=model, file__sha256=signed["sha256"])
    ids = [str(pk) for pk in versions.order_by("-created_at").values_list("pk", flat=True)[:1]]
    return next(iter(clean_versions(model, ids)), "")


def all_years(model: SecurityModel) -> list[Year]:
    """The review that counts today and those of all earlier years, the newest first; none while no
    business type is certified.
    """
    current = review_today(model)
    return [] if current is None else years_of(model, [current.cycle, *current.cycle.earlier()])


def year_due_on(model: SecurityModel, day: str) -> Year:
    """The review that is due on a day. Raises NotVisible for any other day."""
    try:
        review = review_due_on(model, dt.date.fromisoformat(day))
    except ValueError:
        review = None
    if review is None:
        raise NotVisible("annual_review")
    return years_of(model, [review.cycle])[0]
