"""One document: its page, its details, its versions, its tags, and where it is (D3, D4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import Refused
from core.forms import PortalForm
from core.ids import parse_id
from core.text import filled
from core.web import LAYOUTS, PortalRequest
from documents import page_links
from documents.forms.library import DetailsForm, HoldForm, NewFileForm, TagForm
from documents.listings.library import add_tags, from_words
from documents.machine import DOCUMENT
from documents.models import Document
from documents.policies import P, closed_problems, may_change, side_of
from documents.presentation.languages import language_words
from documents.presentation.rows import expiry_of, tags_shown, version_rows
from documents.providers.uses import uses_of
from documents.selectors import types_for
from documents.selectors.documents import document_of, history_of, versions_of
from documents.selectors.tags import words_to_choose
from documents.services import moves, tags, versions
from documents.states import DocumentStatus
from documents.views.previews import preview_of_version

#: The names of the pages that ask before a move.
PAGES = {"archive": "put-away", "restore": "return", "delete": "delete"}

# --- the page -------------------------------------------------------------------------------------


def document(request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """A document with its details, versions and uses."""
    access = request.access
    found: Any = document_of(access.security_model, document_id)
    add_tags(access, [found])
    shown = versions_of(found)
    closed = list(closed_problems(access.security_model, access))
    offered = [] if closed else _offered_moves(request, found)
    may_edit = may_change(found, access) and found.status != DocumentStatus.IN_TRASH
    context = {
        **_about(request, found),
        **preview_of_version(request, found.newest),
        "versions": version_rows(access, found, shown),
        "uses": list(uses_of(access, [one.pk for one in shown])),
        "entries": history_of(access, found, shown),
        "tags": list(tags_shown(found)),
        "expiry": expiry_of(found),
        "language": language_words(found.language) if found.language else "",
        "from_words": from_words(found),
        "moves": [(label, url) for name, label, url in offered if name != "restore"],
        "return_url": next((url for name, _label, url in offered if name == "restore"), ""),
        "may_change": may_edit and not closed,
        "closed": closed,
        "may_hold": access.has(P.HOLD),
        "page_code": "L-7",
    }
    return render(request, "documents/document.html", context)


def _about(request: PortalRequest, found: Document) -> dict[str, Any]:
    """What every page of one document needs: the layout and the addresses of its acts."""
    is_staff = request.access.is_staff
    model = request.access.security_model
    names = ("document", "edit", "file", "tags", "hold")
    at = {
        name: page_links.act_on(model, found.pk, is_staff=is_staff, name=name)
        for name in names
        if name != "hold" or is_staff
    }
    return {"document": found, "at": at, "layout": LAYOUTS[is_staff], "back": _list_of(request)}


def _list_of(request: PortalRequest) -> str:
    return page_links.list_of(request.access.security_model, is_staff=request.access.is_staff)


def _offered_moves(request: PortalRequest, found: Document) -> list[tuple[str, Any, str]]:
    """The moves that the reader could make by their names, with their pages, which say why one is
    blocked.
    """
    access = request.access
    if not may_change(found, access):
        return []
    return [
        (
            one.name,
            one.label,
            page_links.act_on(
                access.security_model, found.pk, is_staff=access.is_staff, name=PAGES[one.name]
            ),
        )
        for one in DOCUMENT.available(found, access)
    ]


# --- details, files, versions ---------------------------------------------------------------------


def edit(request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """Change title and details. A new title keeps the old version in the archive (D4)."""
    access = request.access
    found = document_of(access.security_model, document_id)
    form = DetailsForm.of(request, {**_details(found), "version": found.version})
    form.offering_types([*types_for(side_of(access)), *_own_type(found)])
    if form.is_bound:
        done = form.run(
            lambda data: versions.change_details(
                actor=access,
                model=access.security_model,
                document_id=document_id,
                version=data["version"],
                details=form.details(),
            )
        )
        if done is not None:
            messages.success(request, filled(_("“%(title)s” is saved."), title=done.title))
            return redirect(page_links.page_of(found, is_staff=access.is_staff))
    conflict = (
        {"rows": form.differences(_details(form.stale.current))} if form.stale is not None else None
    )
    context = {**_about(request, found), "form": form, "conflict": conflict, "page_code": "L-9"}
    return render(request, "documents/edit.html", context, status=form.status)


def _details(found: Document) -> dict[str, Any]:
    return {
        "title": found.title,
        "type_code": found.type_id or "",
        "description": found.description,
        "language": found.language,
        "evidence_on": found.evidence_on,
        "expires_on": found.expires_on,
    }


def _own_type(found: Document) -> list[Any]:
    """A type that only the portal or the other side gives stays what it is."""
    return [found.type] if found.type is not None else []


def new_file(request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """Add a new file; the old version goes to the archive, and what used it keeps it (D4)."""
    access = request.access
    found = document_of(access.security_model, document_id)
    form = NewFileForm.of(request, {"version": found.version})
    if form.is_bound:
        done = form.run(
            lambda data: versions.add_file(
                actor=access,
                model=access.security_model,
                document_id=document_id,
                version=data["version"],
                upload=data["file"],
                key=data["form_key"],
            )
        )
        if done is not None:
            words = _("Version %(number)s of “%(title)s” is being checked for malware.")
            messages.success(request, filled(words, number=done.number, title=found.title))
            return redirect(page_links.page_of(found, is_staff=access.is_staff))
    context = {**_about(request, found), "form": form, "page_code": "L-10"}
    return render(request, "documents/file.html", context, status=form.status)


def restore(request: PortalRequest, document_id: uuid.UUID, number: int) -> HttpResponse:
    """Make an earlier version the newest again."""
    access = request.access
    found = document_of(access.security_model, document_id)
    try:
        versions.restore_version(
            actor=access,
            model=access.security_model,
            document_id=document_id,
            number=number,
        )
    except Refused as refusal:
        _say_refused(request, refusal)
    else:
        words = _("Version %(number)s is the newest again, as a version of its own.")
        messages.success(request, filled(words, number=number))
    return redirect(page_links.page_of(found, is_staff=access.is_staff))


def _say_refused(request: PortalRequest, refusal: Refused) -> None:
    for problem in refusal.problems:
        messages.error(request, str(problem.message))


# --- where it is ----------------------------------------------------------------------------------


def move(name: str, request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """Ask, then archive, delete or restore a document."""
    access = request.access
    found = document_of(access.security_model, document_id)
    wanted = DOCUMENT.moves[name]
    form = PortalForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda _data: moves.move_document(
                actor=access,
                model=access.security_model,
                document_id=document_id,
                move=wanted.name,
            )
        )
        if done is not None:
            messages.success(request, _moved_words(done))
            return redirect(page_links.page_of(found, is_staff=access.is_staff))
    shown = versions_of(found)
    context = {
        **_about(request, found),
        "form": form,
        "move": wanted,
        "problems": DOCUMENT.problems(wanted.name, found, access),
        "uses": list(uses_of(access, [one.pk for one in shown])),
        "page_code": "L-11",
    }
    return render(request, "documents/move.html", context, status=form.status)


def _moved_words(done: Document) -> str:
    words = {
        DocumentStatus.IN_LIBRARY: _("“%(title)s” is in the library again."),
        DocumentStatus.ARCHIVED: _("“%(title)s” is in the archive now. You can return it."),
        DocumentStatus.IN_TRASH: _(
            "“%(title)s” is in the trash. You can return it for the next 30 days."
        ),
    }[DocumentStatus(done.status)]
    return filled(words, title=done.title)


def hold(request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """Put a document on legal hold with a reason, or end that."""
    access = request.access
    found = document_of(access.security_model, document_id)
    here = {"actor": access, "model": access.security_model, "document_id": document_id}
    if request.method == "POST" and "release" in request.POST:
        moves.release_document(**here)
        messages.success(request, filled(_("“%(title)s” is released."), title=found.title))
        return redirect(page_links.page_of(found, is_staff=True))
    form = HoldForm.of(request)
    if form.is_bound:
        done = form.run(lambda data: moves.hold_document(why=data["why"], **here))
        if done is not None:
            messages.success(request, filled(_("“%(title)s” is on legal hold."), title=done.title))
            return redirect(page_links.page_of(found, is_staff=True))
    context = {**_about(request, found), "form": form, "page_code": "L-12"}
    return render(request, "documents/hold.html", context, status=form.status)


# --- tags -----------------------------------------------------------------------------------------


def document_tags(request: PortalRequest, document_id: uuid.UUID) -> HttpResponse:
    """The reader's own tags on a document, and those that the contacts share (D3)."""
    access = request.access
    found: Any = document_of(access.security_model, document_id)
    form = TagForm.of(request)
    here = {"actor": access, "model": access.security_model, "documents": [found.pk]}
    page = page_links.act_on(access.security_model, found.pk, is_staff=access.is_staff, name="tags")
    if request.method == "POST" and (tag_id := parse_id(request.POST.get("remove"))):
        tags.untag_documents(tag_id=tag_id, **here)
        messages.success(request, _("The tag is removed from this document."))
        form = TagForm.beside(request)
    elif form.is_bound:
        done = form.run(
            lambda data: tags.tag_documents(
                word=data["word"], shared=bool(data.get("shared")), **here
            )
        )
        if done is not None:
            words = _("“%(word)s” is a tag of this document.")
            messages.success(request, filled(words, word=form.cleaned_data["word"]))
            return redirect(page)
    add_tags(access, [found])
    context = {
        **_about(request, found),
        "form": form if access.has(P.SHARE_TAGS) else form.for_one_person(),
        "places": found.place_tags,
        "carried": found.own_and_shared_tags,
        "own": words_to_choose(access, [access.security_model]),
        "may_share": access.has(P.SHARE_TAGS),
        "page_code": "L-13",
    }
    return render(request, "documents/tags.html", context, status=form.status)
