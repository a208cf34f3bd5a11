"""Which requests documents were added for (D6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.text import filled
from documents import page_links
from documents.models import DocumentRequest, DocumentVersion, PlaceTag
from documents.providers.uses import Use, used_versions, uses
from documents.states import PlaceKind


def _answering(access: Access, versions: list[uuid.UUID]) -> list[Use]:
    """The requests that the documents of these versions answer."""
    model = access.security_model
    newest = DocumentVersion.objects.filter(pk__in=versions, security_model=model)
    by_document = dict(newest.order_by("number").values_list("document", "pk"))
    tags = PlaceTag.objects.filter(
        security_model=model, document__in=list(by_document), kind=PlaceKind.REQUEST
    )
    places = list(tags.values_list("document", "key"))
    requests = DocumentRequest.objects.filter(
        security_model=model, pk__in=[key for _document, key in places]
    ).select_related("security_model__trade_account")
    by_key = {str(one.pk): one for one in requests}
    return [
        Use(
            by_document[document_id],
            filled(_("Request “%(title)s”"), title=by_key[key].title),
            page_links.request_page(by_key[key], is_staff=access.is_staff),
        )
        for document_id, key in places
        if key in by_key
    ]


def _with_requests() -> QuerySet[Any, Any]:
    tags = PlaceTag.objects.filter(document=OuterRef("document"), kind=PlaceKind.REQUEST)
    return DocumentVersion.objects.filter(Exists(tags)).order_by().values("pk")


def register() -> None:
    """Register what requests say of documents."""
    uses.register(_answering)
    used_versions.register(_with_requests)
