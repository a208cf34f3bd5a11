"""States of responses, submissions and decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: P2: a reason shorter than this says nothing.
REASON_MINIMUM = 30


class Level(models.TextChoices):
    """Must beats Should (P1)."""

    MUST = "must", _("Must")
    SHOULD = "should", _("Should")


class ResponseStatus(models.TextChoices):
    """How a response stands for the partner; derived, never stored (domain 3, 6.24)."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    READY = "ready", _("Ready")
    RETURNED = "returned", _("Returned")
    WITH_CBP = "with_cbp", _("With CBP")
    ACCEPTED = "accepted", _("Accepted")


class SubmissionKind(models.TextChoices):
    """Why something was submitted."""

    APPLICATION = "application", _("Application")
    UPDATE = "update", _("Update")


class SubmissionStatus(models.TextChoices):
    """Review state lives here alone (domain 3).

    A returned submission becomes *Returned and answered* when its next round is submitted: of the
    rounds of one road only the newest is open.
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


class Verdict(models.TextChoices):
    """What the specialist decided about one criterion (P6).

    *To review* is a decision that was undone, or a criterion with a note and no decision yet.
    """

    TO_REVIEW = "to_review", _("To review")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
