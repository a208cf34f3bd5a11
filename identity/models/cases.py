"""The table of recoveries by the helpdesk."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.ids import new_id
from identity.models.people import User
from identity.states import CaseStatus, Lost


class RecoveryCase(models.Model):
    """A recovery: one person of the helpdesk opens it, another one decides.

    It holds what was checked, and no secret. ``agreed_by`` is the Company Administrator who agreed;
    empty for staff, and if there is no other administrator.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_cases")
    status = models.CharField(
        max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN, editable=False
    )
    lost = models.CharField(max_length=10, choices=Lost.choices)
    reason = models.CharField(max_length=500)
    identity_check = models.CharField(max_length=500)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "-opened_at"], name="recovery_case_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(status=CaseStatus.OPEN),
                name="one_open_recovery_case",
            ),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.APPROVED) | ~Q(decided_by=F("opened_by")),
                name="two_people_recover",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("opened_by")) & ~Q(user=F("decided_by")),
                name="nobody_recovers_oneself",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
