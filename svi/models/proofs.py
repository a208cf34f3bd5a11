"""Proof of a status for someone who has no sign-in (SVI5; ADR 27)."""

from __future__ import annotations

from django.db import models

from audit.frozen import Frozen
from core.ids import new_id
from files.models import Rendering
from security_models.models import SecurityModel

RECIPIENT_LENGTH = 120


class StatusProof(models.Model):
    """What a company gave an outsider: an address that shows its status until a day, printed in a
    letter and perhaps emailed.

    The address contains a secret. ``secret_hash`` finds the row; ``kept_secret`` is encrypted, so
    that the company can read its address again. ``until`` is the last program day on which it
    works.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12, unique=True)
    recipient = models.CharField(max_length=RECIPIENT_LENGTH)
    email = models.EmailField(max_length=254, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    kept_secret = models.CharField(max_length=300)
    until = models.DateField()
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField()
    made_by_name = models.CharField(max_length=200)
    letter = models.ForeignKey(Rendering, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, help_text="the newest email")
    times_sent = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, help_text="last opened by an outsider")
    times_opened = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=200, blank=True)
    frozen = Frozen(
        changes=("sent_at", "times_sent", "opened_at", "times_opened"),
        written_once=("revoked_at", "revoked_by_name"),
        at="made_at",
    )

    class Meta:
        indexes = [
            models.Index(fields=["security_model", "-made_at"], name="proofs_of_account"),
        ]
