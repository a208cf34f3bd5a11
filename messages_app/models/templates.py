"""Texts that staff use again and again: templates of replies."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from core.concurrency import Versioned
from core.ids import new_id
from identity.models import User
from messages_app.models.threads import BODY_LENGTH

NAME_LENGTH = 100


class ReplyTemplate(Versioned):
    """A text with fields, which are filled for the partner when it is inserted.

    It belongs to one member of staff, or without ``owner`` to all of them: then management keeps
    it. A retired template is offered no more; what was sent with it is a message of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    body = models.TextField(max_length=BODY_LENGTH)
    changed_at = models.DateTimeField()
    changed_by_id = models.UUIDField(null=True)
    changed_by_name = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="template_name_of_owner",
                condition=models.Q(owner__isnull=False, retired_at=None),
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="template_name_shared",
                condition=models.Q(owner=None, retired_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
