"""Tags: each person's own words for documents, and those that a company shares (D3)."""

from __future__ import annotations

from django.db import models

from core.ids import new_id
from core.search import Folded
from documents.models.library import Document
from identity.models import User
from security_models.models import SecurityModel

WORD_LENGTH = 60


class Tag(models.Model):
    """A word for documents of an account. With ``user`` it belongs to one person, who alone sees
    it; without, the contacts and the specialist of the account share it.

    ``folded`` is the word as it is compared: without case and accents.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    word = models.CharField(max_length=WORD_LENGTH)
    folded = models.GeneratedField(
        expression=Folded("word"), output_field=models.TextField(), db_persist=True
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model", "user", "folded"], name="tag_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["user", "folded"], name="tag_of_person")]

    def __str__(self) -> str:
        return self.word

    @property
    def is_shared(self) -> bool:
        """Whether all contacts of the account see it."""
        return self.user_id is None


class Tagging(models.Model):
    """A tag on a document. ``user`` is that of the tag: whose it is decides who sees the row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    document = models.ForeignKey(Document, models.CASCADE, related_name="taggings")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "document"], name="tagged_once")]
