"""Second factors besides those of the packages: backup codes, and challenges that were used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django_otp.models import Device, DeviceManager

from core.ids import new_id
from identity.models.people import User


class BackupCodes(Device):
    """One person's sheet of backup codes.

    It is a device of django-otp, so that a session can count as verified by it. New codes replace
    the old ones on the same sheet, so a session that an old code verified continues.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="backup_codes")
    made_at = models.DateTimeField()

    objects: ClassVar[models.Manager[BackupCodes]] = DeviceManager()


class BackupCode(models.Model):
    """One backup code: its slow, peppered hash, found by the first four characters."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey(BackupCodes, models.CASCADE, related_name="codes")
    begins = models.CharField(max_length=4)
    code_hash = models.CharField(max_length=256)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "begins"], name="backup_code_begins_once")
        ]


class UsedChallenge(models.Model):
    """A challenge that a passkey has answered; it is never accepted again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="used_challenges")
    challenge_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField()
