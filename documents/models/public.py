"""Documents that the program publishes for everyone who may read a library (D1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from documents.models.library import TITLE_LENGTH, DocumentType
from documents.states import Library, PublicStatus
from files.models import StoredFile
from identity.models import User


class PublicDocument(Versioned):
    """A document of a public library: its draft, and once published what readers find.

    ``title`` is that of the newest version. ``business_types`` narrow the C-TPAT library; empty
    means all. Readers find it from ``publish_on`` (empty: at once) until the end of ``expires_on``;
    ``starts_at`` is the instant of that, once it is published. ``replaces`` is a document that
    readers then see as replaced.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    library = models.CharField(max_length=8, choices=Library.choices)
    status = models.CharField(
        max_length=10, choices=PublicStatus.choices, default=PublicStatus.DRAFT
    )
    type = models.ForeignKey(DocumentType, models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    description = models.TextField(blank=True)
    business_types = ArrayField(models.CharField(max_length=40), default=list)
    language = models.CharField(max_length=16, blank=True)
    publish_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replacements")
    starts_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by_id = models.UUIDField()
    updated_by_name = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)
    published_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[PublicStatus.DRAFT, PublicStatus.DISCARDED])
                | Q(starts_at__isnull=False),
                name="public_document_has_a_start",
            )
        ]

    def __str__(self) -> str:
        return self.title


class PublicVersion(models.Model):
    """One version of a public document: a title and a file of the program.

    Readers get the newest one whose file is clean (D5); staff read earlier ones, too.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    frozen = Frozen(deletable=True, at="created_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="public_version_once")
        ]


class PublicReader(models.Model):
    """A person who opened a public document; counted, not named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "document"], name="public_reader_once")
        ]


class LibraryVisit(models.Model):
    """When a person was in a public library.

    What is newer than ``before`` is new to that person: the end of the visit before the one that
    is under way. ``last_at`` is the last page of this one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    library = models.CharField(max_length=8, choices=Library.choices)
    before = models.DateTimeField(null=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "library"], name="library_visit_once")
        ]


class PublicSending(models.Model):
    """The sending of notices that a document was published, to everyone who reads it.

    People get it in the order of their ids: those up to ``reached`` have it. It is due from the
    moment at which readers find the document.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.OneToOneField(PublicDocument, models.CASCADE, related_name="sending")
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    reached = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="public_sending_due", condition=Q(ended_at=None)
            )
        ]
