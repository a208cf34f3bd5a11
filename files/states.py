"""States of a file."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    """Only a clean file can be read (D5); whatever is not known to be clean is not."""

    QUARANTINED = "quarantined", _("Checking")
    CLEAN = "clean", _("Ready")
    INFECTED = "infected", _("Blocked: malware found")
    UNSCANNABLE = "unscannable", _("Blocked: cannot be checked")


class RenderState(models.TextChoices):
    """Where a document made by the worker stands."""

    PENDING = "pending", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
