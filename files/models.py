"""Tables of stored files, and of what is inside them. The owner is an opaque scope; upper apps say
what a file means.
"""

from __future__ import annotations

from django.db import models

from audit.frozen import Frozen
from audit.models import Scoped
from core.ids import new_id
from files.states import RenderState, ScanState


class StoredFile(Scoped):
    """Content stored under a name of ours; the user's name is data. Evidence is stored byte for
    byte (U-8).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64, db_index=True)
    storage_key = models.CharField(max_length=100, unique=True)
    state = models.CharField(
        max_length=12, choices=ScanState.choices, default=ScanState.QUARANTINED
    )
    state_reason = models.CharField(max_length=200, blank=True)
    uploaded_by_id = models.UUIDField(null=True)
    uploaded_by_name = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    next_scan_at = models.DateTimeField(null=True)
    scanner = models.CharField(max_length=60, blank=True)
    frozen = Frozen(
        changes=(
            "state", "state_reason", "scanned_at", "scan_attempts", "next_scan_at", "scanner",
        ),
        deletable=True,
        at="uploaded_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["scope_kind", "scope_id"], name="stored_file_scope"),
            models.Index(
                fields=["next_scan_at"],
                name="stored_file_due",
                condition=models.Q(state=ScanState.QUARANTINED),
            ),
        ]

    @property
    def is_clean(self) -> bool:
        """Whether anyone may open it."""
        return self.state == ScanState.CLEAN


class Rendering(Scoped):
    """A document that the worker makes from canonical data, stored by the hash of that data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    content = models.JSONField()
    state = models.CharField(
        max_length=10, choices=RenderState.choices, default=RenderState.PENDING
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="renderings")
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    frozen = Frozen(
        changes=("state", "attempts", "next_attempt_at", "error"),
        written_once=("file_id", "ready_at"),
        deletable=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope_kind", "scope_id", "content_hash"],
                name="rendering_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="rendering_due",
                condition=models.Q(state=RenderState.PENDING),
            )
        ]

    @property
    def is_late(self) -> bool:
        """Whether making it has failed so far and is tried again."""
        return self.state == RenderState.PENDING and bool(self.error)


class Preview(Scoped):
    """Pictures of the first pages of a clean file (U-8), and how far the worker is with them.

    ``pages`` holds one entry for each picture: its key in the store, SHA-256, size in bytes, width
    and height. ``count`` is how many pages the file has. A file of which nothing can be drawn is
    ready without pictures; ``problem`` is a code of why there are fewer than there should be.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="preview")
    state = models.CharField(
        max_length=10, choices=RenderState.choices, default=RenderState.PENDING
    )
    problem = models.CharField(max_length=20, blank=True)
    pages = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="preview_due",
                condition=models.Q(state=RenderState.PENDING),
            )
        ]


class FileText(Scoped):
    """What a clean file says, for the search and for pages.

    ``words`` is what a search compares: each word of the text once, folded (``core.search``).
    ``is_whole`` is false if the file says more than is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="inside")
    text = models.TextField()
    words = models.TextField()
    is_whole = models.BooleanField(default=True)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scope_id", "scope_kind"], name="file_text_scope")]
