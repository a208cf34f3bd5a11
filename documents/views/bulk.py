"""Acts on many documents of a list: what was chosen, what to do with it, what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.ids import parse_id
from core.links import own_path
from core.listing import ListPage
from core.web import LAYOUTS, PortalRequest, signed_in
from documents import page_links
from documents.forms.library import BulkForm
from documents.models import Document
from documents.selectors.documents import documents_of
from documents.services.bulk import AT_ONCE, Done, Wanted, act_on_documents
from documents.services.packages import Entry, request_package
from documents.states import BulkAct

_ACTS = {
    "library": [BulkAct.ZIP, BulkAct.TAG, BulkAct.UNTAG, BulkAct.ARCHIVE],
    "archive": [BulkAct.ZIP, BulkAct.RESTORE, BulkAct.TAG, BulkAct.UNTAG],
}
#: Where the session keeps what became of each document, so that it can be read again.
_DONE = "documents_done"


def act_on_list(
    request: PortalRequest, page: ListPage, rows: QuerySet[Document], which: str
) -> HttpResponse:
    """Ask what to do with chosen documents of the list, then do it.

    ``page`` is the list as it was filtered: "all" means its rows and no others. ``rows`` are the
    documents of the list in every state, because one may have been archived in the meantime.
    """
    if "chosen" not in request.POST:
        return _ask(request, page, which)
    form = _form(request, BulkForm.of(request), which)
    found: list[Document] = []
    if form.is_valid():
        found = _in_order(rows, form.cleaned_data["chosen"])
    done = form.run(lambda data: _act(request, found, data))
    if done is not None:
        return redirect(done)
    return _page(request, form, found or _in_order(rows, _typed_ids(request)))


def _form(request: PortalRequest, form: BulkForm, which: str) -> BulkForm:
    return form.offering(_ACTS[which], may_share=not request.access.is_staff)


def _ask(request: PortalRequest, page: ListPage, which: str) -> HttpResponse:
    """The chosen documents as they are now, and what can be done with them."""
    back = f"{request.path}?{page.query()}"
    chosen = page.rows
    if "every" not in request.POST:
        ids = [parse_id(one) for one in request.POST.getlist("document")]
        chosen = chosen.filter(pk__in=[one for one in ids if one is not None])
    found = list(chosen[:AT_ONCE])
    if not found:
        messages.error(request, _("Select at least one document in the list."))
        return redirect(back)
    initial = {"chosen": ",".join(str(one.pk) for one in found), "back": back}
    form = _form(request, BulkForm(initial=initial), which)
    return _page(request, form, found, is_cut="every" in request.POST and page.total > len(found))


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


def _typed_ids(request: PortalRequest) -> list[uuid.UUID]:
    ids = [parse_id(one) for one in request.POST.get("chosen", "").split(",")[:AT_ONCE]]
    return [one for one in ids if one is not None]


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
    request.session[_DONE] = {
        "act": str(act.label),
        "word": wanted.word if act in {BulkAct.TAG, BulkAct.UNTAG} else "",
        "rows": [(str(one.document_id), one.problem) for one in done],
        "back": data["back"],
    }
    return "documents:done"


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


@require_safe
@signed_in
def done(request: PortalRequest) -> HttpResponse:
    """What became of each document of the last act of this session."""
    kept = request.session.get(_DONE)
    access = request.access
    if kept is None:
        return redirect("documents:library")
    documents = {
        str(one.pk): one
        for one in documents_of(access).filter(pk__in=[pk for pk, _problem in kept["rows"]])
    }
    rows = [
        {
            "title": documents[pk].title,
            "url": page_links.page_of(documents[pk], is_staff=access.is_staff),
            "problem": problem,
        }
        for pk, problem in kept["rows"]
        if pk in documents
    ]
    context = {
        "act": kept["act"],
        "word": kept.get("word", ""),
        "refused": [one for one in rows if one["problem"]],
        "rows": [one for one in rows if not one["problem"]],
        "back": own_path(kept["back"]),
        "layout": LAYOUTS[access.is_staff],
        "page_code": "L-31",
    }
    return render(request, "documents/done.html", context)
