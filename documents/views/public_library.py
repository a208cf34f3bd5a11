"""The public libraries for their readers: the list, and the file of a document (D1, D5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.errors import NotAllowed, NotVisible
from core.links import path_to
from core.web import PortalRequest, exported, signed_in
from documents.listings.public import reader_listing
from documents.policies import P
from documents.presentation.languages import language_words
from documents.presentation.public_rows import is_new, news_words, replaced_words
from documents.presentation.snippets import snippet
from documents.selectors import public_library as selectors
from documents.selectors.public_documents import public_types
from documents.selectors.search import texts_with
from documents.services import public_reading
from documents.states import Library
from documents.views.tabs import library_tabs
from files.views.inert_download import serve
from security_models.selectors import entered, visible


@require_safe
@signed_in
def trade(request: PortalRequest) -> HttpResponse:
    """What the program publishes for everyone with a trade account."""
    if request.access.is_staff:
        return _of_staff(Library.TRADE)
    return _library(request, Library.TRADE, is_contact=selectors.is_contact(request.access))


@require_safe
@signed_in
def ctpat(request: PortalRequest) -> HttpResponse:
    """What it publishes for contacts."""
    if request.access.is_staff:
        return _of_staff(Library.CONTACTS)
    if not selectors.is_contact(request.access):
        _refuse_member(request)
    return _library(request, Library.CONTACTS, is_contact=True)


def _of_staff(library: Library) -> HttpResponse:
    """Staff have one list of both libraries."""
    return redirect(f"{path_to('documents:public-documents')}?library={library.value}")


def _refuse_member(request: PortalRequest) -> None:
    """A member without a role reads who the contacts are; for others there is no such page (R6)."""
    model = visible(request.access).first()
    if model is None:
        raise NotVisible("library")
    request.access = entered(request.access, model)
    raise NotAllowed(P.READ, P.READ.what)


def _library(request: PortalRequest, library: Library, *, is_contact: bool) -> HttpResponse:
    access = request.access
    kind = request.GET.get("export")
    known = selectors.visit_before if kind else public_reading.note_visit
    before = known(access, library)
    listing = reader_listing(before, public_types())
    page = listing.show(selectors.versions_in(access, library), request.GET)
    if kind:
        return exported(page, kind, f"documents-{library.value}-public")
    rows: Any = list(page.page)
    typed = page.chosen.get("q", "")
    texts = texts_with((row.file for row in rows), typed)
    for row in rows:
        row.snippet = snippet(texts.get(row.file_id, ""), typed)
        row.news, row.replaced = news_words(row), replaced_words(row)
        row.is_new = is_new(row, before)
        row.spoken = language_words(row.document.language)
    context = {
        "page": page,
        "rows": rows,
        "library": library,
        "tabs": library_tabs(request, library, is_contact=is_contact),
        "page_code": "L-14" if library == Library.TRADE else "L-15",
    }
    return render(request, "documents/public_library.html", context)


@require_safe
@signed_in
def public_file(request: PortalRequest, public_version_id: uuid.UUID) -> HttpResponseBase:
    """The file of a version that the reader finds in a library today."""
    version = selectors.version_to_read(request.access, public_version_id)
    response = serve(request, version.file, named_by=[version])
    if response.status_code == 200:
        public_reading.note_opened(request.access, version)
    return response
