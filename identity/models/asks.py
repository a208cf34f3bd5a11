"""The table of requests that staff make to each other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.ids import new_id
from identity.models.people import User


class StaffAsk(models.Model):
    """A request to staff for an act reserved to them (R6); one open request for each act and thing.

    ``subject_id`` is the thing that ``identity.staff_acts`` reads for the act. ``names`` are those
    who were asked last. The request ends in the transaction that does the act.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.SlugField(max_length=40)
    subject_id = models.UUIDField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    names = models.TextField()
    note = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    last_asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act", "subject_id"],
                name="staff_asked_once",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
