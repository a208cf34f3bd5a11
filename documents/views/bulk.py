"""Acts on many documents of a list: what was chosen, what to do with it, what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.links import own_path
from core.listing import ListPage
from core.session_notes import change, keep, kept
from core.web import LAYOUTS, PortalRequest, ids_in, keep_chosen, signed_in
from documents import page_links
from documents.forms.library import BulkForm
from documents.models import Document
from documents.selectors.documents import documents_of
from documents.services.bulk import (
    AT_ONCE,
    Done,
    Wanted,
    act_on_documents,
    undo_on_documents,
)
from documents.services.packages import Entry, request_package
from documents.states import BulkAct

_ACTS = {
    "library": [BulkAct.ZIP, BulkAct.TAG, BulkAct.UNTAG, BulkAct.ARCHIVE],
    "archive": [BulkAct.ZIP, BulkAct.RESTORE, BulkAct.TAG, BulkAct.UNTAG],
}
#: Notes of the session: which documents were chosen, and what became of each.
_CHOSEN, _DONE = "documents_chosen", "documents_acted_on"


def act_on_list(
    request: PortalRequest, page: ListPage, rows: QuerySet[Document], which: str
) -> HttpResponse:
    """Keep which documents of the list were chosen, or do what was asked for with them.

    ``page`` is the list as it was filtered: "all" means its rows and no others. ``rows`` are the
    documents of the list in every state, because one may have been archived in the meantime.
    """
    if "chosen" not in request.POST:
        address = keep_chosen(
            request,
            page,
            field="document",
            kind=_CHOSEN,
            most=AT_ONCE,
            nothing=_("Select at least one document in the list."),
        )
        return redirect(address)
    form = _form(request, BulkForm.of(request), which)
    found: list[Document] = []
    if form.is_valid():
        found = _in_order(rows, form.cleaned_data["chosen"])
    done = form.run(lambda data: _act(request, found, data))
    if done is not None:
        return redirect(done)
    return _page(
        request, form, found or _in_order(rows, ids_in(request.POST.get("chosen"), AT_ONCE))
    )


def ask(request: PortalRequest, rows: QuerySet[Document], which: str) -> HttpResponse:
    """The chosen documents as they are now, and what can be done with them."""
    note = kept(request.session, _CHOSEN, request.GET["chosen"]) or {}
    initial: dict[str, Any] = {name: note[name] for name in ("chosen", "back") if name in note}
    form = _form(request, BulkForm.of(request, initial), which)
    found = _in_order(rows, ids_in(form["chosen"].value(), AT_ONCE))
    if not found:
        messages.error(request, _("Select the documents in the list again."))
        return redirect(form.list_url or request.path)
    return _page(request, form, found, is_cut=bool(note.get("is_cut")))


def _form(request: PortalRequest, form: BulkForm, which: str) -> BulkForm:
    return form.offering(_ACTS[which], may_share=not request.access.is_staff)


def _page(
    request: PortalRequest, form: BulkForm, found: Sequence[Document], *, is_cut: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "rows": [(one, page_links.page_of(one, is_staff=request.access.is_staff)) for one in found],
        "most": len(found) if is_cut else 0,
        "back": form.list_url,
        "layout": LAYOUTS[request.access.is_staff],
        "page_code": "L-30",
    }
    return render(request, "documents/bulk.html", context, status=form.status)


def _in_order(rows: QuerySet[Document], ids: Iterable[uuid.UUID]) -> list[Document]:
    """Those of the chosen documents that are still there, in the order of the list."""
    wanted = list(ids)
    found = {one.pk: one for one in rows.filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def _act(request: PortalRequest, found: list[Document], data: dict[str, Any]) -> str:
    """Do it; the address of the page that says what was done."""
    act = BulkAct(data["act"])
    if act == BulkAct.ZIP:
        return _make_zip(request, found, data["form_key"])
    wanted = Wanted(act, data.get("word") or "", bool(data.get("shared")))
    done = act_on_documents(actor=request.access, documents=found, wanted=wanted)
    gone = [pk for pk in data["chosen"] if pk not in {one.document_id for one in done}]
    words = _("This document is no longer in the list.")
    done += [Done(pk, words) for pk in gone]
    return _result_of(request, done, data["back"], wanted)


def _result_of(
    request: PortalRequest,
    done: Iterable[Done],
    back: str,
    wanted: Wanted,
    *,
    undone: bool = False,
) -> str:
    """Keep what became of each document; the address of the page that says it. ``undone``: the act
    was taken back.
    """
    note = {
        "act": wanted.act.value,
        "word": wanted.word,
        "shared": wanted.shared,
        "rows": [(str(one.document_id), one.problem, one.undo, one.at) for one in done],
        "back": back,
        "undone": undone,
    }
    return f"{reverse('documents:done')}?of={keep(request.session, _DONE, note)}"


def _make_zip(request: PortalRequest, found: list[Document], key: uuid.UUID) -> str:
    accounts = {one.security_model_id for one in found}
    entries = [Entry(one.newest, _folder(one) if len(accounts) > 1 else "") for one in found]
    package = request_package(actor=request.access, title=_title(found), entries=entries, key=key)
    return page_links.package_page(package.pk)


def _title(found: list[Document]) -> str:
    """How many documents, and of what if they have that in common: one account, or one company."""
    words = ngettext("%(n)s document", "%(n)s documents", len(found)) % {"n": len(found)}
    if len({one.security_model_id for one in found}) == 1:
        return f"{_folder(found[0])}: {words}"
    companies = {one.security_model.trade_account.name for one in found}
    return f"{companies.pop()}: {words}" if len(companies) == 1 else words


def _folder(document: Document) -> str:
    model = document.security_model
    return f"{model.trade_account.name} {model.reference}"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def done(request: PortalRequest) -> HttpResponse:
    """What became of each document of an act of this session; a button takes the act back."""
    key = request.GET.get("of", "")
    note = kept(request.session, _DONE, key)
    if note is None:
        return redirect("documents:library")
    results = [Done(uuid.UUID(pk), *more) for pk, *more in note["rows"]]
    if request.method == "POST":
        return redirect(_undo(request, key, note, results))
    access = request.access
    documents = {
        one.pk: one
        for one in documents_of(access).filter(pk__in=[one.document_id for one in results])
    }
    rows = [
        {
            "title": documents[one.document_id].title,
            "url": page_links.page_of(documents[one.document_id], is_staff=access.is_staff),
            "problem": one.problem,
        }
        for one in results
        if one.document_id in documents
    ]
    act = BulkAct(note["act"])
    context = {
        "act": _("Undo: %(act)s") % {"act": act.label} if note["undone"] else act.label,
        "word": note["word"] if act in {BulkAct.TAG, BulkAct.UNTAG} else "",
        "refused": [one for one in rows if one["problem"]],
        "rows": [one for one in rows if not one["problem"]],
        "can_undo": "result" not in note and any(one.undo for one in results),
        "back": own_path(note["back"]),
        "layout": LAYOUTS[access.is_staff],
        "page_code": "L-31",
    }
    return render(request, "documents/done.html", context)


def _undo(request: PortalRequest, key: str, note: dict[str, Any], results: list[Done]) -> str:
    """Take an act back once; a second click opens the result of the first."""
    if "result" in note or note["undone"]:
        return str(note.get("result") or request.get_full_path())
    wanted = Wanted(BulkAct(note["act"]), note["word"], note["shared"])
    ids = [one.document_id for one in results if one.undo]
    found = _in_order(documents_of(request.access), ids)
    done = undo_on_documents(actor=request.access, documents=found, wanted=wanted, done=results)
    page = _result_of(request, [_plain(one) for one in done], note["back"], wanted, undone=True)
    change(request.session, _DONE, key, result=page)
    return page


def _plain(done: Done) -> Done:
    """The result without the way back: what was taken back is not done again from here."""
    return Done(done.document_id, done.problem)
