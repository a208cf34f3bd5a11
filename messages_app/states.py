"""States and kinds of threads and messages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
