"""Previews of documents: a page with one picture or the start of a text, and the pictures (U-8).

Each picture asks for the same right as the download of its file.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.links import path_to
from core.web import LAYOUTS, PortalRequest, requires, signed_in
from documents import page_links, selectors
from documents.models import DocumentVersion, PublicVersion
from documents.policies import P
from documents.selectors import public_documents, public_library
from documents.services import public_reading
from files.models import StoredFile
from files.presentation.preview import ASK_AGAIN, PreviewShown, shown_preview
from files.services import note_viewing
from files.views.inert_picture import serve_picture


def preview_in(
    request: PortalRequest, version: DocumentVersion | PublicVersion, file: StoredFile, at: Any
) -> dict[str, Any]:
    """What a page needs that shows a version; ``at`` gives the address of the picture of a page.

    A text stands on the page itself, so showing it is a viewing.
    """
    wanted = request.GET.get("page", "")
    shown: PreviewShown = shown_preview(file, version.title, wanted, at)
    if shown.text:
        note_viewing(file, actor=request.access)
    return {"file_preview": shown, "ask_again": ASK_AGAIN}


# --- documents of an account ----------------------------------------------------------------------


@require_safe
@requires(P.READ)
def preview(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponse:
    """Any version of a document, also an old one."""
    return _preview(request, version_id, "L-40")


@require_safe
@requires(P.EXCHANGE)
def staff_preview(
    request: PortalRequest, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponse:
    """The same for the assigned specialist and for management (D6)."""
    return _preview(request, version_id, "L-41")


def _preview(request: PortalRequest, version_id: uuid.UUID, code: str) -> HttpResponse:
    access = request.access
    version = selectors.version_of(access.security_model, version_id)
    document = version.document
    context = {
        **preview_of_version(request, version),
        "version": version,
        "download": page_links.file_of(version, access.security_model, is_staff=access.is_staff),
        "back": page_links.act_on(access.security_model, document.pk, is_staff=access.is_staff),
        "back_words": document.title,
        "layout": LAYOUTS[access.is_staff],
        "page_code": code,
    }
    return render(request, "documents/preview.html", context)


def preview_of_version(request: PortalRequest, version: DocumentVersion) -> dict[str, Any]:
    """The preview of a version of an account's document, for a page of the reader's side."""
    access = request.access
    at = page_links.pictures_of(version, access.security_model, is_staff=access.is_staff)
    return preview_in(request, version, version.file, at)


@require_safe
@requires(P.READ)
def picture(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    version_id: uuid.UUID,
    number: int,
) -> HttpResponseBase:
    """One page of a version as a picture."""
    version = selectors.version_of(request.access.security_model, version_id)
    return serve_picture(request, version.file, number, named_by=[version])


@require_safe
@requires(P.EXCHANGE)
def staff_picture(
    request: PortalRequest, model_id: uuid.UUID, version_id: uuid.UUID, number: int
) -> HttpResponseBase:
    """The same for the assigned specialist and for management (D6)."""
    version = selectors.version_of(request.access.security_model, version_id)
    return serve_picture(request, version.file, number, named_by=[version])


# --- public documents -----------------------------------------------------------------------------


@require_safe
@signed_in
def public_preview(request: PortalRequest, public_version_id: uuid.UUID) -> HttpResponse:
    """A version that the reader finds in a library today (D1)."""
    version = public_library.version_to_read(request.access, public_version_id)
    context = _public(request, version, "documents:public-picture")
    if context["file_preview"].text:
        public_reading.note_opened(request.access, version)
    library = version.document.library
    context |= {
        "download": path_to("documents:public-file", public_version_id=version.pk),
        "back": path_to(f"documents:{library}-public"),
        "back_words": version.document.get_library_display(),
        "layout": LAYOUTS[False],
        "page_code": "L-42",
    }
    return render(request, "documents/preview.html", context)


@require_safe
@requires(P.READ_ALL_PUBLIC)
def version_preview(request: PortalRequest, public_version_id: uuid.UUID) -> HttpResponse:
    """Any version for staff, also an earlier one, and a draft for those who publish."""
    version = public_documents.version_for_staff(request.access, public_version_id)
    context = _public(request, version, "documents:version-picture")
    download = path_to("documents:public-version", public_version_id=version.pk)
    context |= {
        "download": download if version.file.is_clean else "",
        "back": path_to("documents:public-document", public_id=version.document_id),
        "back_words": version.document.title,
        "layout": LAYOUTS[True],
        "page_code": "L-43",
    }
    return render(request, "documents/preview.html", context)


def _public(request: PortalRequest, version: PublicVersion, page: str) -> dict[str, Any]:
    def at(number: int) -> str:
        return reverse(page, args=[version.pk, number])

    return {**preview_in(request, version, version.file, at), "version": version}


@require_safe
@signed_in
def public_picture(
    request: PortalRequest, public_version_id: uuid.UUID, number: int
) -> HttpResponseBase:
    """One page of a version that the reader finds in a library today; counted as opened."""
    version = public_library.version_to_read(request.access, public_version_id)
    response = serve_picture(request, version.file, number, named_by=[version])
    if response.status_code == 200:
        public_reading.note_opened(request.access, version)
    return response


@require_safe
@requires(P.READ_ALL_PUBLIC)
def version_picture(
    request: PortalRequest, public_version_id: uuid.UUID, number: int
) -> HttpResponseBase:
    """One page of any version, for staff."""
    version = public_documents.version_for_staff(request.access, public_version_id)
    return serve_picture(request, version.file, number, named_by=[version])
