"""What a person is writing and has not sent; nobody else reads it."""

from __future__ import annotations

from django.db import models

from core.concurrency import Versioned
from core.ids import new_id
from files.models import StoredFile
from identity.models import User
from messages_app.models.threads import SUBJECT_LENGTH, Thread
from security_models.models import SecurityModel


class Draft(Versioned):
    """A message that one person is writing: a reply to ``thread``, or a new message without.

    Its id becomes that of the message, so that sending twice sends once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="drafts")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=SUBJECT_LENGTH * 8, blank=True)
    body = models.TextField(blank=True)
    about = models.CharField(max_length=80, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-saved_at"], name="draft_newest")]


class DraftFile(models.Model):
    """A file that is uploaded and waits for its message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
