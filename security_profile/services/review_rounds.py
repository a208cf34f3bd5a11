"""The row of an annual review, and with which submission it was made: the newest round, and the day
of the first.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from security_models.models import SecurityModel
from security_profile.models import AnnualReview, Submission
from security_profile.states import RETURNED_SUBMISSION, SubmissionStatus


def row_of(model: SecurityModel, due_on: dt.date) -> AnnualReview:
    """The row of the review that is due on that day, made with the first act. The caller has locked
    the model.
    """
    row, _made = AnnualReview.objects.get_or_create(
        security_model=model, due_on=due_on, defaults={"version": 0}
    )
    return row


def review_submitted(submission: Submission, due_on: str) -> None:
    """A round was submitted for the review that is due on that day. The first one meets the due
    day, or is late. The caller has locked the model.

    If it answers a return of an earlier review, whose answer did not come before the next window
    opened, that review continues with it, and both have one end.
    """
    rows = AnnualReview.objects.filter(security_model=submission.security_model_id)
    first = Coalesce(F("submitted_on"), Value(submission.submitted_on))
    now = {"submission": submission, "version": F("version") + 1}
    rows.filter(due_on=dt.date.fromisoformat(due_on)).update(**now, submitted_on=first)
    answered = _in_force_before(submission)
    if answered is not None and answered.status in RETURNED_SUBMISSION:
        rows.filter(submission=answered).update(**now)


def review_withdrawn(submission: Submission) -> None:
    """A round was withdrawn: the review stands where it stood before. The caller has locked the
    model.
    """
    for row in AnnualReview.objects.select_for_update().filter(submission=submission):
        row.submission = _round_before(submission, row.due_on)
        if row.submission is None:
            row.submitted_on = None
        row.version += 1
        row.save(update_fields=["submission", "submitted_on", "version"])


def _round_before(submission: Submission, due_on: dt.date) -> Submission | None:
    """The newest earlier round of the same review, or of a later one with which it was answered."""
    before = _in_force_before(submission)
    signed = before.content.get("annual_review") if before is not None else None
    return before if signed is not None and signed["due_on"] >= due_on.isoformat() else None


def _in_force_before(submission: Submission) -> Submission | None:
    """The newest earlier round that was not withdrawn."""
    before = submission.previous
    while before is not None and before.status == SubmissionStatus.WITHDRAWN:
        before = before.previous
    return before
