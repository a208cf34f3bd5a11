"""What one company sees of another, as views of the database (SVI3, SVI5; ADR 25).

The views read rows of other companies on behalf of their owner. So each of them compares with the
accounts that the transaction may enter, and shows nothing to a transaction that may enter none.
Their source is ``svi/shared_views.py``.
"""

from __future__ import annotations

from django.db import models

from svi.states import MonitoringStatus


class DirectoryEntry(models.Model):
    """A company that can be asked: it consents and is certified. Only such companies see it."""

    id = models.UUIDField(primary_key=True, help_text="of its security model")
    name = models.CharField(max_length=200)
    doing_business_as = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "svi_directory"


class DirectoryType(models.Model):
    """A certified business type of a company in the directory."""

    id = models.UUIDField(primary_key=True, help_text="of its account")
    security_model_id = models.UUIDField()
    business_type_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=8)

    class Meta:
        managed = False
        db_table = "svi_directory_type"


class _Partner(models.Model):
    """The other company of a monitoring, seen from one's own side."""

    id = models.UUIDField(primary_key=True, help_text="of the monitoring")
    security_model_id = models.UUIDField(help_text="one's own")
    partner_id = models.UUIDField(help_text="the other's")
    name = models.CharField(max_length=200)
    doing_business_as = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=MonitoringStatus.choices)
    status_at = models.DateTimeField()
    note = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(null=True)
    is_asked = models.BooleanField(help_text="one's own account was asked, and decides")
    #: Whether every type that was ever certified is; None while nothing is shared.
    is_certified = models.BooleanField(null=True)
    #: The newest change of any of these types.
    certified_since = models.DateField(null=True)

    class Meta:
        abstract = True


class Monitored(_Partner):
    """A partner that one monitors, or that has asked for it."""

    reference = models.CharField(max_length=60)
    owner_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=200)
    is_silent = models.BooleanField()
    verified_on = models.DateField(null=True)
    note_version = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "svi_monitored"


class Monitor(_Partner):
    """A partner that monitors one, or that was asked to."""

    class Meta:
        managed = False
        db_table = "svi_monitor"


class SeenType(models.Model):
    """A business type of the other company with its status, while monitoring is accepted (SVI5)."""

    id = models.CharField(primary_key=True, max_length=80)
    security_model_id = models.UUIDField(help_text="one's own")
    monitoring_id = models.UUIDField()
    type_account_id = models.UUIDField()
    business_type_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=8)
    is_certified = models.BooleanField()
    since = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "svi_seen_type"


class SeenChange(models.Model):
    """A change between Certified and Not Certified of a type that one sees (SVI5, SVI7)."""

    id = models.CharField(primary_key=True, max_length=80)
    security_model_id = models.UUIDField(help_text="one's own")
    monitoring_id = models.UUIDField()
    type_account_id = models.UUIDField()
    is_certified = models.BooleanField()
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        managed = False
        db_table = "svi_seen_change"
