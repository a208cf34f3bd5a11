"""Reads how much of its storage an account uses, and for what (U-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery, Sum

from audit.services import model_scope
from documents.models import DocumentType, DocumentVersion
from documents.states import DocumentStatus
from files.selectors import counted_uploads
from security_models.models import SecurityModel


@dataclass(frozen=True)
class Part:
    """Files of one kind; ``code`` is a status or the name of a type, empty for other files."""

    code: str
    files: int
    bytes: int


@dataclass(frozen=True)
class Storage:
    """The uploads of one account, by where they are and by type, and its limits."""

    model: SecurityModel
    by_status: list[Part]
    by_type: list[Part]

    @property
    def files(self) -> int:
        """How many files count."""
        return sum(one.files for one in self.by_status)

    @property
    def bytes(self) -> int:
        """How many bytes they have."""
        return sum(one.bytes for one in self.by_status)

    @property
    def most_files(self) -> int:
        """How many files an account may have."""
        return int(settings.UPLOAD_MAX_FILES_PER_ACCOUNT)

    @property
    def most_bytes(self) -> int:
        """How many bytes an account may have."""
        return int(settings.UPLOAD_MAX_BYTES_PER_ACCOUNT)


def storage_of(model: SecurityModel) -> Storage:
    """What counts toward the limit of an account: the same files that an upload counts; one
    statement. A file that is part of no document (a draft of a message) has no status.
    """
    versions = DocumentVersion.objects.filter(security_model=model, file=OuterRef("pk"))
    versions = versions.order_by("-created_at", "-pk")
    rows: Any = counted_uploads(model_scope(model.pk)).annotate(
        where=Subquery(versions.values("document__status")[:1]),
        kind=Subquery(versions.values("document__type")[:1]),
    )
    rows = rows.order_by().values("where", "kind").annotate(n=Count("pk"), total=Sum("size"))
    found = [(one["where"] or "", one["kind"] or "", one["n"], one["total"]) for one in rows]
    order = ["", *reversed(DocumentStatus.values)]
    by_status = _parts([(where, n, size) for where, _kind, n, size in found])
    by_type = _parts([(kind, n, size) for where, kind, n, size in found if where])
    return Storage(
        model,
        sorted(by_status, key=lambda one: -order.index(one.code)),
        sorted(by_type, key=lambda one: -one.bytes),
    )


def _parts(rows: list[tuple[str, int, int]]) -> list[Part]:
    files: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for code, n, size in rows:
        files[code] = files.get(code, 0) + n
        sizes[code] = sizes.get(code, 0) + size
    return [Part(code, files[code], sizes[code]) for code in files]


def type_names() -> dict[str, str]:
    """The name of each type of document."""
    return dict(DocumentType.objects.values_list("code", "name"))
