"""States of responses, submissions and decisions."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.agency import with_agency

#: P2: the minimum length of a reason.
REASON_MINIMUM = 30


class Level(models.TextChoices):
    """Must beats Should (P1)."""

    MUST = "must", _("Must")
    SHOULD = "should", _("Should")


class CriterionState(models.TextChoices):
    """The state of a criterion that the partner sees; derived, never stored (domain 3).

    Page, list, filter, legend, counts, tasks and API all use these words. :func:`state_of` decides.
    *Ready* is an additional mark, never a state (P2).
    """

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETE = "complete", _("Complete")
    RETURNED = "returned", _("Returned")
    WITH_CBP = "with_cbp", with_agency(_("With %(agency)s"))
    ACCEPTED = "accepted", _("Accepted")


#: The states that count as complete: the partner has nothing left to do.
SETTLED_STATES = frozenset(
    {CriterionState.COMPLETE, CriterionState.WITH_CBP, CriterionState.ACCEPTED}
)


class SubmissionKind(models.TextChoices):
    """Why something was submitted."""

    APPLICATION = "application", _("Application")
    UPDATE = "update", _("Update")
    ANNUAL_REVIEW = "annual", _("Annual review")


#: What an Officer signs with each kind, as written within a sentence.
SIGNED_AS = {
    SubmissionKind.APPLICATION: _("C-TPAT application"),
    SubmissionKind.UPDATE: _("update of the approved security profile"),
    SubmissionKind.ANNUAL_REVIEW: _("annual security profile review"),
}


class SubmissionStatus(models.TextChoices):
    """The only place of review states (domain 3).

    A returned submission becomes *Returned and answered* when its next round is submitted, so only
    the newest round of a chain is open.
    """

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    ANSWERED = "answered", _("Returned and answered")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


OPEN_SUBMISSION = frozenset(
    {SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW, SubmissionStatus.RETURNED}
)


#: The program has it: it waits for a specialist or is under review.
WITH_PROGRAM = frozenset({SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW})

#: It was returned, and its answer is not in force (or was withdrawn again).
RETURNED_SUBMISSION = frozenset({SubmissionStatus.RETURNED, SubmissionStatus.ANSWERED})


class ReviewState(models.TextChoices):
    """The state of an annual review (domain 3; reference/program/statuses.csv).

    Derived from the dates of its cycle and from what was submitted for it (P10, P11).
    """

    UPCOMING = "upcoming", _("Upcoming")
    OPEN = "open", _("Open")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    OVERDUE = "overdue", _("Overdue")
    APPROVED = "approved", _("Approved")
    CLOSED_UNFULFILLED = "closed_unfulfilled", _("Not done")


#: The review waits for the company: it can be worked on and signed now.
DUE_REVIEW = frozenset({ReviewState.OPEN, ReviewState.OVERDUE})
#: The company can confirm: its review is due, or was returned.
REVIEW_IN_WORK = DUE_REVIEW | {ReviewState.RETURNED}
#: Its due day is still to come, or what is due is not in force yet: a list says how far it is.
REVIEW_AHEAD = REVIEW_IN_WORK | {ReviewState.UPCOMING}


class ReviewSection(models.TextChoices):
    """A section of the company profile that is confirmed in each annual review (P10)."""

    ORGANIZATION = "organization", _("Company information")
    IDENTIFIERS = "identifiers", _("Entity IDs and papers")
    ADDRESSES = "addresses", _("Addresses of this account")
    CONTACTS = "contacts", _("People of this account")


class HasSubmissionStatus:
    """What the status of a submission means, for any object with such a status; empty
    without one. ``answer_due_on`` is the day for the answer to a return.
    """

    status: str
    answer_due_on: dt.date | None

    @property
    def is_with_cbp(self) -> bool:
        """Whether it waits for a specialist or is under review."""
        return self.status in WITH_PROGRAM

    @property
    def is_returned(self) -> bool:
        """Whether it waits for the partner's answer, also after an answer was withdrawn."""
        return self.status in RETURNED_SUBMISSION

    @property
    def is_answer_late(self) -> bool:
        """Whether the day for the partner's answer has passed."""
        return self.is_returned and has_passed(self.answer_due_on)

    @property
    def is_approved(self) -> bool:
        """Whether it was approved; anything that differs from it now was not submitted."""
        return self.status == SubmissionStatus.APPROVED


def has_passed(answer_due_on: dt.date | None) -> bool:
    """Whether the day for the answer to a return has passed; it ends with that day."""
    return answer_due_on is not None and answer_due_on < clock.today()


class Verdict(models.TextChoices):
    """What the specialist decided about one criterion (P6).

    *To review* is a decision that was undone, or a criterion with a note and no decision yet.
    """

    TO_REVIEW = "to_review", _("To review")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


def state_of(
    *,
    started: bool,
    complete: bool,
    changed: bool,
    submission: str = "",
    judged_again: bool = False,
    verdict: str = "",
) -> CriterionState:
    """The state of a criterion, decided only by these facts.

    ``started``: there is a text, a reason or a file. ``complete``: P2 is met now. ``submission``:
    the status of the latest submission that was neither withdrawn nor closed; empty without one.
    ``changed``: the answer differs from that submission. ``judged_again``: the answer was new or
    changed there, so someone decides it. ``verdict``: the result of the completed review; drafts of
    a review are never shown (P6).

    An answer that was not changed since keeps the result of its review, unless it is no longer
    complete, for example because a file was blocked after it was accepted.
    """
    if submission and not changed:
        if submission in RETURNED_SUBMISSION and verdict == Verdict.RETURNED:
            return CriterionState.RETURNED
        if submission in WITH_PROGRAM and judged_again:
            return CriterionState.WITH_CBP
        if complete:
            return CriterionState.ACCEPTED
    if complete:
        return CriterionState.COMPLETE
    return CriterionState.IN_PROGRESS if started else CriterionState.NOT_STARTED
