"""Reads documents of a security model. The caller has entered the model with its access."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import F, QuerySet

from audit.selectors import Facts, unaltered
from core.errors import NotVisible
from documents.models import DocumentType, DocumentVersion
from documents.states import AddedBy, DocumentStatus
from files.states import ScanState
from security_models.models import SecurityModel


def library_of(model: SecurityModel) -> QuerySet[DocumentVersion]:
    """The newest version of each document in a model's library with its file and type, newest
    first; what is archived or in the trash is not among them.
    """
    return (
        DocumentVersion.objects.filter(
            security_model=model,
            document__current=F("pk"),
            document__status=DocumentStatus.IN_LIBRARY,
        )
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
    types = types_for(AddedBy.PARTNER)
    return sorted(types, key=lambda one: category not in one.criterion_categories)


def types_to_find() -> list[DocumentType]:
    """The types of which documents can be in a library, whoever adds them."""
    return list(DocumentType.objects.order_by("name"))


def types_for(side: AddedBy) -> list[DocumentType]:
    """The types that one side chooses from: partners their own, staff all that people add."""
    own = [AddedBy.PARTNER] if side == AddedBy.PARTNER else [AddedBy.STAFF, AddedBy.PARTNER]
    types = DocumentType.objects.filter(added_by__in=own).order_by("position")
    return sorted(types, key=lambda one: own.index(AddedBy(one.added_by)))
