"""Reads documents of a security model. The caller has entered the model with its access."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from audit.selectors import Facts, unaltered
from core.errors import NotVisible
from documents.models import DocumentType, DocumentVersion
from documents.states import AddedBy
from files.states import ScanState
from security_models.models import SecurityModel


def library_of(model: SecurityModel) -> QuerySet[DocumentVersion]:
    """The newest version of each document of a model with its file and type, newest first."""
    newest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number")
    return (
        DocumentVersion.objects.filter(security_model=model, pk=Subquery(newest.values("pk")[:1]))
        .select_related("file", "document__type")
        .order_by("-created_at", "-pk")
    )


def reusable(model: SecurityModel) -> QuerySet[DocumentVersion]:
    """What can be chosen from the library: everything that is not blocked."""
    return library_of(model).filter(file__state__in=[ScanState.CLEAN, ScanState.QUARANTINED])


def version_of(model: SecurityModel, version_id: uuid.UUID) -> DocumentVersion:
    """A version of a document of this model. Raises NotVisible for any other id."""
    version = (
        DocumentVersion.objects.filter(security_model=model, pk=version_id)
        .select_related("file", "document__type")
        .first()
    )
    if version is None:
        raise NotVisible("document version")
    return version


def clean_versions(model: SecurityModel, ids: Collection[str]) -> frozenset[str]:
    """Of these versions of documents, those of this model that can be opened (D5). Raises Altered
    if one of them is gone or not what was uploaded.
    """
    wanted = sorted(ids)
    unaltered(Facts(DocumentVersion, "id", wanted))
    found = DocumentVersion.objects.filter(
        pk__in=wanted, security_model=model, file__state=ScanState.CLEAN
    )
    return frozenset(str(pk) for pk in found.values_list("pk", flat=True))


def types_for_partners(category: int | None = None) -> list[DocumentType]:
    """The types that partners choose from; those that fit a criterion category come first."""
    types = DocumentType.objects.filter(added_by=AddedBy.PARTNER).order_by("position")
    return sorted(types, key=lambda one: category not in one.criterion_categories)
