"""The secret address under which a calendar program reads a person's due dates."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.ids import new_id
from identity.models.people import User


class CalendarFeed(models.Model):
    """The calendar address of a person: at most one, stored as a hash, shown once.

    A new address replaces the row. ``reminds`` adds a reminder to each date. ``accounts`` are the
    ids of the C-TPAT accounts whose dates it shows; None for all, also those that come later.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    reminds = models.BooleanField(default=False)
    accounts = ArrayField(models.UUIDField(), null=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
