"""Documents of a security model and their versions (manual, "Document Library")."""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext as _

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from core.reference import ReferenceRow
from core.search import Folded
from documents.states import AddedBy, DocumentStatus, PlaceKind
from files.models import StoredFile
from security_models.models import SecurityModel

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 2_000


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


class Document(Versioned):
    """A document in a model's Partner Library.

    ``title`` and ``current`` are those of its newest version. ``added_by`` tells whose it is: what
    staff added is marked "From CBP" (D6), and only staff change it. ``evidence_on`` is the day that
    the content is about, ``expires_on`` the last day on which it counts; both are dates on the
    document, not of the upload. While ``held_at`` is set, nobody deletes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="documents")
    type = models.ForeignKey(DocumentType, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    description = models.TextField(blank=True)
    #: Title and description as a search compares them.
    folded = models.GeneratedField(
        expression=Folded("title", "description"), output_field=models.TextField(), db_persist=True
    )
    language = models.CharField(max_length=16, blank=True)
    evidence_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    added_by = models.CharField(max_length=8, choices=AddedBy.choices, default=AddedBy.PARTNER)
    status = models.CharField(
        max_length=12, choices=DocumentStatus.choices, default=DocumentStatus.IN_LIBRARY
    )
    status_at = models.DateTimeField(null=True)
    status_by_name = models.CharField(max_length=200, blank=True)
    current = models.OneToOneField(
        "documents.DocumentVersion", models.RESTRICT, null=True, related_name="+"
    )
    held_at = models.DateTimeField(null=True)
    held_by_name = models.CharField(max_length=200, blank=True)
    held_why = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["security_model", "status", "-changed_at"], name="document_newest"
            ),
            models.Index(
                fields=["expires_on"],
                name="document_expires",
                condition=models.Q(expires_on__isnull=False, status=DocumentStatus.IN_LIBRARY),
            ),
            models.Index(
                fields=["status_at"],
                name="document_in_trash",
                condition=models.Q(status=DocumentStatus.IN_TRASH),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def newest(self) -> DocumentVersion:
        """Its newest version, which each document has."""
        assert self.current is not None  # noqa: S101 - it is made in the same transaction
        return self.current

    @property
    def is_from_program(self) -> bool:
        """Whether staff added it: "From CBP" (D6)."""
        return self.added_by == AddedBy.STAFF


class DocumentVersion(models.Model):
    """One version of a document: a title and a file. Only the file has a scan state."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=TITLE_LENGTH)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    frozen = Frozen(deletable=True, at="created_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once")
        ]


class PlaceTag(models.Model):
    """Says that a document was uploaded or chosen in a place; nobody can remove it (D2).

    ``key`` tells places of a kind apart: the code of a criterion, the year of an annual review, the
    id of a thread or of a request.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="places")
    kind = models.CharField(max_length=16, choices=PlaceKind.choices)
    key = models.CharField(max_length=40)
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "kind", "key"], name="place_tag_once")
        ]
        indexes = [
            models.Index(fields=["security_model", "kind", "key"], name="place_tag_of_model")
        ]

    def __str__(self) -> str:
        if self.kind == PlaceKind.PROFILE:
            return _("Security profile %(code)s") % {"code": self.key}
        if self.kind == PlaceKind.ANNUAL_REVIEW:
            return _("Annual review %(year)s") % {"year": self.key}
        return str(PlaceKind(self.kind).label)

    @property
    def order(self) -> tuple[str, list[int], str]:
        """Sorts criteria by their numbers: 9.8 before 9.15."""
        return self.kind, [int(number) for number in re.findall(r"[0-9]+", self.key)], self.key
