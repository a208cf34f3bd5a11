"""Reads the saved responses of a profile with their evidence, compared with its seals (P8)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from audit.selectors import Compared, Remembered, fact_altered, fact_versions
from core.compiled import Compiled
from documents.models import DocumentVersion
from files.models import StoredFile
from security_profile.models import EvidenceLink, Response


def saved_responses(model_id: uuid.UUID) -> list[dict[str, Any]]:
    """The responses of a model with their attached files, newest last.

    Raises Altered if a link, version or file is not what was written (P8). If exactly these rows
    were compared before, only their versions are; otherwise the statement that compares them reads
    everything again.
    """
    rows = _RESPONSES.rows(model_id=model_id)
    if not _compared.knows(_versions(rows)):
        rows = _RESPONSES_COMPARED.rows(model_id=model_id)
        _compared.add(_versions(rows))
    return rows


#: The evidence that this process found as it was written.
_compared = Remembered()


def _versions(rows: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """The versions of links, versions and files, taken out of the rows."""
    return (one.pop("versions") for row in rows for one in row["files"])


@cache
def _files(*, compared: bool) -> ArraySubquery:
    file = "document_version__file__"
    facts = {EvidenceLink: "pk", DocumentVersion: "document_version", StoredFile: file[:-2]}
    links = EvidenceLink.objects.filter(response=OuterRef("pk"), removed_at=None)
    differing = [(model, key, fact_altered(model, key)) for model, key in facts.items()]
    row = Compared(
        *(differing if compared else ()),
        versions=fact_versions(*facts.items()),
        link_id="pk",
        version_id="document_version_id",
        title="document_version__title",
        name=f"{file}name",
        size=f"{file}size",
        content_type=f"{file}content_type",
        sha256=f"{file}sha256",
        state=f"{file}state",
        state_reason=f"{file}state_reason",
        added_at="added_at",
        added_by_name="added_by_name",
    )
    return ArraySubquery(links.order_by("added_at", "pk").values(row=row))


def _responses(model_id: uuid.UUID, *, compared: bool) -> QuerySet[Any, dict[str, Any]]:
    responses: Any = Response.objects.filter(security_model=model_id)
    rows: QuerySet[Any, dict[str, Any]] = responses.annotate(
        files=_files(compared=compared)
    ).values(
        "id",
        "criterion_id",
        "version",
        "text",
        "not_applicable",
        "reason",
        "is_ready",
        "updated_at",
        "updated_by__first_name",
        "updated_by__last_name",
        "files",
    )
    return rows


_RESPONSES = Compiled(partial(_responses, compared=False), model_id=uuid.UUID)
_RESPONSES_COMPARED = Compiled(partial(_responses, compared=True), model_id=uuid.UUID)
