"""States and kinds of threads, messages and notices of the program."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The clock of the answer to an inquiry, in days.
REPLY = "message_reply"


class ThreadStatus(models.TextChoices):
    """Who must answer next. Pages say *Waiting for you* to the side that it is."""

    PARTNER = "waits_for_partner", _("Waiting for the partner")
    PROGRAM = "waits_for_program", _("Waiting for CBP")
    CLOSED = "closed", _("Closed")


class ThreadKind(models.TextChoices):
    """A conversation, or what the portal says by itself, which nobody answers."""

    CONVERSATION = "conversation", _("Conversation")
    PORTAL = "portal", _("From the portal")


class Side(models.TextChoices):
    """Who wrote a message."""

    PARTNER = "partner", _("The company")
    PROGRAM = "program", _("CBP")
    PORTAL = "portal", _("The portal")


class NoticeStatus(models.TextChoices):
    """The life cycle of a notice; whether a published one is shown follows from its times."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class NoticeStage(models.TextChoices):
    """What a notice is at a moment: its status, and for a published one its times."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SHOWN = "shown", _("Shown now")
    OVER = "over", _("Over")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class NoticeKind(models.TextChoices):
    """What a notice is; each has its own email (reference/program/notifications.csv)."""

    ALERT = "alert", _("Security alert")
    PROGRAM = "program", _("Notice of the program")
    MAINTENANCE = "maintenance", _("Maintenance")
    CRITERIA = "criteria", _("New criteria")


class Severity(models.TextChoices):
    """How urgent a notice is; readers cannot dismiss the banner of a critical one."""

    INFORMATION = "information", _("Information")
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")


class Group(models.TextChoices):
    """The groups of readers that an audience is made of."""

    CONTACTS = "contacts", _("Contacts")
    OFFICERS = "officers", _("Company Officers")
    CONSULTANTS = "consultants", _("Consultants")
    COMPANY_ADMINISTRATORS = "company_administrators", _("Company Administrators")
    SPECIALISTS = "specialists", _("Supply Chain Security Specialists")
    STAFF = "staff", _("All staff")
    EVERYONE = "everyone", _("Everyone")


#: The groups that business types and accounts narrow; the others are whole.
PARTNER_GROUPS = frozenset(
    {Group.CONTACTS, Group.OFFICERS, Group.CONSULTANTS, Group.COMPANY_ADMINISTRATORS}
)
