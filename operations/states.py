"""Kinds and states of requests that change trade accounts (T8, T9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The clocks of the two decisions (reference/program/clocks.csv).
ADMINISTRATOR_CLOCK = "administrator_decision"
MANAGEMENT_CLOCK = "management_decision"


class Operation(models.TextChoices):
    """What is asked for."""

    LINK = "link", _("Link")
    DELINK = "delink", _("Delink")
    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")


class RequestStatus(models.TextChoices):
    """Where a request stands (domain 3)."""

    DRAFT = "draft", _("Draft")
    ADMINISTRATOR = "administrator", _("Awaiting other administrator")
    MANAGEMENT = "management", _("Awaiting management")
    RETURNED = "returned", _("Returned")
    APPLIED = "applied", _("Applied")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("No longer possible")


#: The states in which a decision or an answer is waited for.
WAITING = (RequestStatus.ADMINISTRATOR, RequestStatus.MANAGEMENT, RequestStatus.RETURNED)
