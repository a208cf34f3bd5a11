"""States of a file."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    """Only a clean file can be opened (D5); a file of unknown state counts as not clean."""

    QUARANTINED = "quarantined", _("Checking")
    CLEAN = "clean", _("Ready")
    INFECTED = "infected", _("Blocked: malware found")
    UNSCANNABLE = "unscannable", _("Blocked: cannot be checked")


class RenderState(models.TextChoices):
    """The state of a document that the worker makes."""

    PENDING = "pending", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
