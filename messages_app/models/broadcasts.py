"""A message to many partners, and what becomes of it for each of them."""

from __future__ import annotations

from django.db import models

from core.ids import new_id
from identity.models import User
from messages_app.models.threads import BODY_LENGTH, SUBJECT_LENGTH, Thread
from security_models.models import SecurityModel

WHY_LENGTH = 300


class Broadcast(models.Model):
    """A message that one member of staff sends to many partners, each in a thread of its own.

    Subject and text contain fields, which are filled for each partner. Its id is the ``sent_with``
    of the threads, so that each partner gets it once. ``stopped_at`` is set while it is stopped:
    then nothing more is sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    body = models.TextField(max_length=BODY_LENGTH)
    is_inquiry = models.BooleanField(default=False)
    sent_at = models.DateTimeField(help_text="when it was confirmed")
    stopped_at = models.DateTimeField(null=True)
    stopped_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["author", "-sent_at"], name="broadcast_newest")]

    def __str__(self) -> str:
        return self.subject


class BroadcastRow(models.Model):
    """One partner of a message to many.

    Before ``done_at`` it waits for a worker. Afterwards it has its ``thread``, or ``why`` says why
    it has none: it was left out before (``left_out``), or could not be sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="rows")
    security_model = models.ForeignKey(SecurityModel, models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    left_out = models.BooleanField(default=False)
    why = models.CharField(max_length=WHY_LENGTH, blank=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["broadcast", "security_model"], name="broadcast_partner_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="broadcast_row_waits",
                condition=models.Q(done_at=None),
            )
        ]
