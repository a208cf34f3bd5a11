"""The ways in which an email comes back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReturnKind(models.TextChoices):
    """Why an email came back: refused for good, refused for now, or reported as unwanted."""

    HARD = "hard", _("The mailbox does not exist or is closed")
    SOFT = "soft", _("The mailbox could not take the email")
    COMPLAINT = "complaint", _("The reader reported an email as spam")
