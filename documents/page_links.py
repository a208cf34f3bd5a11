"""Addresses of documents; partners and staff have their own pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.links import path_to
from documents.models import Document, DocumentRequest, DocumentVersion
from security_models.models import SecurityModel
from trade_accounts.providers.saved_lists import saved_lists


def page_of(document: Document, *, is_staff: bool) -> str:
    """The page of a document for the reader's side."""
    return act_on(document.security_model, document.pk, is_staff=is_staff)


def act_on(
    model: SecurityModel, document_id: uuid.UUID, *, is_staff: bool, name: str = "document"
) -> str:
    """The address of a page or an act about a document, for the reader's side."""
    places = {"model_id": model.pk, "document_id": document_id}
    if is_staff:
        return path_to(f"documents:staff-{name}", **places)
    return path_to(f"documents:{name}", trade_id=model.trade_account_id, **places)


def restore_of(document: Document, number: int, *, is_staff: bool) -> str:
    """Where an earlier version becomes the newest again."""
    model = document.security_model
    places = {"model_id": model.pk, "document_id": document.pk, "number": number}
    if is_staff:
        return reverse("documents:staff-restore", kwargs=places)
    return reverse("documents:restore", kwargs={"trade_id": model.trade_account_id, **places})


def file_of(version: DocumentVersion, model: SecurityModel, *, is_staff: bool) -> str:
    """Where the file of a version is downloaded; empty until it is known to be clean (D5)."""
    if not version.file.is_clean:
        return ""
    places = {"model_id": version.security_model_id, "version_id": version.pk}
    if is_staff:
        return path_to("documents:staff-download", **places)
    return path_to("documents:download", trade_id=model.trade_account_id, **places)


def preview_of(version: DocumentVersion, model: SecurityModel, *, is_staff: bool) -> str:
    """The page with the preview of a version."""
    places = {"model_id": version.security_model_id, "version_id": version.pk}
    if is_staff:
        return path_to("documents:staff-preview", **places)
    return path_to("documents:preview", trade_id=model.trade_account_id, **places)


def pictures_of(
    version: DocumentVersion, model: SecurityModel, *, is_staff: bool
) -> Callable[[int], str]:
    """The address of the picture of each page of a version."""
    places: dict[str, Any] = {"model_id": version.security_model_id, "version_id": version.pk}
    name = "documents:staff-picture" if is_staff else "documents:picture"
    if not is_staff:
        places["trade_id"] = model.trade_account_id
    return lambda number: reverse(name, kwargs={**places, "number": number})


def list_of(model: SecurityModel, *, is_staff: bool) -> str:
    """The library that a document of an account stands in, for the reader's side."""
    if is_staff:
        return path_to("documents:staff-library", model_id=model.pk)
    return path_to("documents:account-library", trade_id=model.trade_account_id)


def request_page(request: DocumentRequest, *, is_staff: bool) -> str:
    """The page of a request for a document, for the reader's side."""
    places = {"model_id": request.security_model_id, "request_id": request.pk}
    if is_staff:
        return path_to("documents:staff-request", **places)
    trade_id = request.security_model.trade_account_id
    return path_to("documents:request", trade_id=trade_id, **places)


def requests_of(model: SecurityModel, *, is_staff: bool) -> str:
    """The list of requests of an account, for the reader's side."""
    if is_staff:
        return path_to("documents:staff-requests", model_id=model.pk)
    return path_to("documents:account-requests", trade_id=model.trade_account_id)


def package_page(package_id: uuid.UUID) -> str:
    """The page of a ZIP file of documents, the same for both sides."""
    return path_to("documents:zip", package_id=package_id)


@saved_lists.register
def lists_to_save() -> dict[str, Any]:
    """The lists of documents whose filters can be saved under a name."""
    library, archive = gettext_lazy("Partner Library"), gettext_lazy("Document archive")
    return {
        "documents:library": library,
        "documents:account-library": library,
        "documents:staff-library": library,
        "documents:archive": archive,
        "documents:account-archive": archive,
        "documents:staff-archive": archive,
    }
