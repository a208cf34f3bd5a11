"""The enums of this app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReturnKind(models.TextChoices):
    """Why an email came back: refused for good, refused for now, or reported as unwanted."""

    HARD = "hard", _("The mailbox does not exist or is closed")
    SOFT = "soft", _("The mailbox could not take the email")
    COMPLAINT = "complaint", _("The reader reported an email as spam")


class Way(models.TextChoices):
    """How a notice reaches its reader. It is always in the portal, too."""

    AT_ONCE = "at_once", _("By email at once")
    DIGEST = "digest", _("In the daily digest")
    ONLY_HERE = "only_here", _("Only here in the portal")


class OutboxState(models.TextChoices):
    """The state of an email: ``dead`` after the last attempt, shown to operators; ``stopped`` if
    emails to the address come back.

    ``in_digest`` and ``only_here`` are never sent by themselves and have no text: they say that the
    person gets this kind with the digest, or only in the portal.
    """

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    STOPPED = "stopped"
    IN_DIGEST = "in_digest"
    ONLY_HERE = "only_here"


#: What is not tried again by itself.
ENDED = [OutboxState.SENT, OutboxState.DEAD, OutboxState.STOPPED]
