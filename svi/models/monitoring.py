"""Consent to share a status, and who monitors whom (SVI1-SVI4, SVI7)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from agreements.models import Signature
from core.concurrency import Versioned
from core.ids import new_id
from security_models.models import BusinessTypeAccount, SecurityModel
from svi.states import LISTED, ConsentStatus, MonitoringStatus

NOTE_LENGTH = 500
REFERENCE_LENGTH = 60


class Consent(Versioned):
    """Whether a C-TPAT account shares its status; there is a row once it has signed (SVI1).

    ``signature`` is the newest: of the agreement, or of its revocation. None: the account left the
    program, which ends its consent (SVI2).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.OneToOneField(SecurityModel, models.CASCADE, related_name="+")
    status = models.CharField(
        max_length=8, choices=ConsentStatus.choices, default=ConsentStatus.SIGNED
    )
    status_at = models.DateTimeField()
    status_by_name = models.CharField(max_length=200)
    signature = models.ForeignKey(Signature, models.PROTECT, null=True, related_name="+")


class Monitoring(Versioned):
    """One company's request that another monitors it, and what became of it (SVI3, SVI4).

    ``monitored`` shares its status and ``monitor`` sees it. ``monitored`` has asked and ``monitor``
    decides, or the other way round where the program lets companies ask to monitor others. Both
    see the row. A new request after a removal, a withdrawal or an end is a new row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    monitored = models.ForeignKey(SecurityModel, models.CASCADE, related_name="asked_to_share")
    monitor = models.ForeignKey(SecurityModel, models.CASCADE, related_name="asked_to_monitor")
    status = models.CharField(
        max_length=10, choices=MonitoringStatus.choices, default=MonitoringStatus.PENDING
    )
    status_at = models.DateTimeField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    asked_by_monitor = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(null=True, help_text="the newest acceptance")
    ended_by_id = models.UUIDField(null=True, help_text="the account whose consent ended")
    told_end_at = models.DateTimeField(null=True, help_text="its end was told to the other company")

    @property
    def asker_id(self) -> uuid.UUID:
        """The account that has asked."""
        return self.monitor_id if self.asked_by_monitor else self.monitored_id

    @property
    def asked_id(self) -> uuid.UUID:
        """The account that was asked and decides."""
        return self.monitored_id if self.asked_by_monitor else self.monitor_id

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["monitored", "monitor"],
                condition=Q(status__in=LISTED),
                name="one_monitoring_of_two_companies",
            ),
            models.CheckConstraint(
                condition=~Q(monitored=models.F("monitor")), name="nobody_monitors_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["monitor", "status", "-asked_at"], name="monitoring_of_monitor"),
            models.Index(
                fields=["monitored", "status", "-asked_at"], name="monitoring_of_monitored"
            ),
            # The lists show the newest change of a request first.
            models.Index(fields=["monitor", "-status_at"], name="monitoring_newest_of_monitor"),
            models.Index(fields=["monitored", "-status_at"], name="monitoring_newest_of_monitored"),
            models.Index(
                fields=["status_at"],
                name="monitoring_end_to_tell",
                condition=Q(status=MonitoringStatus.ENDED, told_end_at=None),
            ),
        ]


class PartnerNote(Versioned):
    """What a company keeps for itself about a partner that it monitors; nobody else sees it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    monitoring = models.OneToOneField(Monitoring, models.CASCADE, related_name="note_of_monitor")
    reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    owner_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=200, blank=True)
    is_silent = models.BooleanField(default=False, help_text="no notices about changes of status")
    verified_on = models.DateField(null=True, help_text="program date of the newest check")

    class Meta:
        indexes = [
            models.Index(fields=["security_model", "reference"], name="note_by_reference"),
        ]


class StatusNews(models.Model):
    """A change between Certified and Not Certified that monitoring companies are told of (SVI7).

    Told in steps, in the order of the monitoring: ``reached`` is the last one that was told.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    type_account = models.ForeignKey(BusinessTypeAccount, models.CASCADE, related_name="+")
    is_certified = models.BooleanField()
    at = models.DateTimeField()
    on = models.DateField(help_text="program date")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    reached = models.UUIDField(null=True)
    told = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="status_news_due",
                condition=Q(ended_at=None),
            ),
            models.Index(fields=["on"], name="status_news_lost", condition=Q(is_certified=False)),
        ]
