"""States and kinds of change requests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The clock of the decision on a change request, in days.
DECISION = "change_decision"


class ChangeStatus(models.TextChoices):
    """How far a change request is."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Waiting for CBP")
    RETURNED = "returned", _("Returned for more")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: What the company can still change.
EDITABLE = frozenset({ChangeStatus.DRAFT, ChangeStatus.RETURNED})
#: What was sent and is not decided: one at a time for a field.
WAITING = frozenset({ChangeStatus.OPEN, ChangeStatus.RETURNED})
#: What is not over.
UNFINISHED = EDITABLE | WAITING


class ChangeKind(models.TextChoices):
    """What a request is about."""

    NAME = "name", _("Company name")
    NUMBERS = "numbers", _("Business entity IDs")


class ChangeAct(models.TextChoices):
    """What one line of a request does."""

    RENAME = "rename", _("Change")
    ADD = "add", _("Add")
    CHANGE = "change", _("Change")
    REMOVE = "remove", _("Remove")


class Decision(models.TextChoices):
    """What staff decide."""

    APPROVE = "approve", _("Approve: make the changes now")
    RETURN = "return", _("Return: ask the company for more")
    DECLINE = "decline", _("Decline: change nothing")
