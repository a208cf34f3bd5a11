"""Who adds documents, where a document is, where it was uploaded; what a public document is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddedBy(models.TextChoices):
    """Partners choose among their own types; staff and the portal add the others."""

    PARTNER = "partner", _("Partner")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("Portal")


class DocumentStatus(models.TextChoices):
    """Where a document is: in use, put away, or on its way out."""

    IN_LIBRARY = "in_library", _("In the library")
    ARCHIVED = "archived", _("Archived")
    IN_TRASH = "in_trash", _("In the trash")


class PlaceKind(models.TextChoices):
    """The places of the portal in which documents are uploaded or chosen (D2)."""

    PROFILE = "profile", _("Security profile")
    ANNUAL_REVIEW = "annual_review", _("Annual review")
    MESSAGE = "message", _("Message")
    REQUEST = "request", _("Request for a document")


class RequestStatus(models.TextChoices):
    """How far a request for a document is."""

    OPEN = "open", _("Waiting for the company")
    ANSWERED = "answered", _("Answered")
    CANCELED = "canceled", _("Canceled")


class BulkAct(models.TextChoices):
    """What can be done with many documents of a list at once."""

    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Remove a tag")
    ARCHIVE = "archive", _("Archive")
    RESTORE = "restore", _("Return to the library")
    ZIP = "zip", _("Make a ZIP file")


class PackageState(models.TextChoices):
    """How far a ZIP file of documents is."""

    PENDING = "pending", _("Being made")
    READY = "ready", _("Ready")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Could not be made")


class Library(models.TextChoices):
    """The public libraries (D1)."""

    TRADE = "trade", _("Trade Public")
    CONTACTS = "ctpat", _("C-TPAT Public")


class PublicStatus(models.TextChoices):
    """What was decided about a public document; the rest follows from its days."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class PublicStage(models.TextChoices):
    """What a public document is today: its status, and for a published one its days."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SHOWN = "shown", _("Shown now")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")
