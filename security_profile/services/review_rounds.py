"""Which submission an annual review was made with: the newest round, and the day of the first."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from security_profile.models import AnnualReview, Submission
from security_profile.states import SubmissionKind


def review_submitted(submission: Submission, due_on: str) -> None:
    """A round was submitted for the review that is due on that day. The first one meets the due
    day, or is late. The caller has locked the model.
    """
    rows = AnnualReview.objects.filter(
        security_model=submission.security_model_id, due_on=dt.date.fromisoformat(due_on)
    )
    first = Coalesce(F("submitted_on"), Value(submission.submitted_on))
    rows.update(submission=submission, submitted_on=first, version=F("version") + 1)


def review_withdrawn(submission: Submission) -> None:
    """A round was withdrawn: the review stands where it stood before. The caller has locked the
    model.
    """
    before = submission.previous
    stands = before is not None and before.kind == SubmissionKind.ANNUAL_REVIEW
    changes = {"submission": before} if stands else {"submission": None, "submitted_on": None}
    rows = AnnualReview.objects.filter(submission=submission)
    rows.update(**changes, version=F("version") + 1)
