"""Documents of a security model and their versions (manual, "Document Library")."""

from __future__ import annotations

from django.db import models

from audit.frozen import Frozen
from core.ids import new_id
from core.reference import ReferenceRow
from documents.states import AddedBy
from files.models import StoredFile
from security_models.models import SecurityModel


class DocumentType(ReferenceRow):
    """A type of document, with the numbers of the criterion categories it fits."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    criterion_categories = models.JSONField(default=list)
    added_by = models.CharField(max_length=8, choices=AddedBy.choices, default=AddedBy.PARTNER)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A document in a model's Partner Library; ``place`` is where it was first uploaded (D2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="documents")
    type = models.ForeignKey(DocumentType, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["security_model", "-created_at"], name="document_newest")]


class DocumentVersion(models.Model):
    """One version of a document: a title and a file. Only the file has a scan state."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    frozen = Frozen(at="created_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once")
        ]
