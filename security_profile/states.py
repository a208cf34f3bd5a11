"""States of responses, submissions and decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    """Review state lives here alone (domain 3)."""

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


OPEN_SUBMISSION = frozenset(
    {SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW, SubmissionStatus.RETURNED}
)


class Verdict(models.TextChoices):
    """What the specialist decided about one criterion (P6)."""

    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
