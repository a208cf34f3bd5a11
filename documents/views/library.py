"""The Partner Library and its archive as lists, and uploads into it (D1, D2, D6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.access import Access
from core.errors import Refused
from core.links import path_to
from core.listing import Listing
from core.web import PortalRequest, exported, requires, signed_in
from documents import page_links
from documents.forms.library import UploadForm
from documents.listings import archive_listing, library_listing
from documents.listings.library import Reading
from documents.models import Document
from documents.policies import P, side_of
from documents.presentation.rows import document_rows
from documents.selectors import types_for, types_to_find
from documents.selectors.documents import documents_in, documents_of, of_open_account
from documents.selectors.tags import words_to_choose
from documents.services.uploads import Outcome, upload_documents
from documents.states import DocumentStatus
from documents.views.bulk import act_on_list, ask
from documents.views.tabs import library_tabs
from documents.views.upload_answers import answer_of, problems_of, upload_limits, wants_json
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in, entered_chosen
from security_models.views.members import refuse_member
from trade_accounts.policies import P as AccountP
from trade_accounts.presentation.saved_views import saved_views

# --- lists ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def library(request: PortalRequest) -> HttpResponse:
    """The documents of all accounts in which the reader is a contact; staff have their partners."""
    if request.access.is_staff:
        return redirect("reviews:partners")
    return _of_accounts(request, None, "library", "L-1")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def account_library(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The documents of one trade account, of the C-TPAT accounts in which the reader is a
    contact.
    """
    return _of_accounts(request, trade_id, "library", "L-1")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def archive(request: PortalRequest) -> HttpResponse:
    """What was put away, of all accounts."""
    if request.access.is_staff:
        return redirect("reviews:partners")
    return _of_accounts(request, None, "archive", "L-2")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def account_archive(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """What was put away, of one trade account."""
    return _of_accounts(request, trade_id, "archive", "L-2")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.EXCHANGE)
def staff_library(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The library of one partner, for its specialist and for management (D6)."""
    return _of_partner(request, "library", "L-3")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.EXCHANGE)
def staff_archive(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The archive of one partner."""
    return _of_partner(request, "archive", "L-4")


_LISTINGS: dict[str, Callable[[Reading], Listing]] = {
    "library": library_listing,
    "archive": archive_listing,
}


def _of_accounts(
    request: PortalRequest, trade_id: uuid.UUID | None, which: str, code: str
) -> HttpResponse:
    accounts = list(accounts_worked_in(request.access, trade_id))
    if trade_id is not None and not accounts:
        refuse_member(request, trade_id, P.READ)
    rows = documents_of(request.access, trade_id)
    return _list(request, rows, accounts, which, f"documents/{which}.html", code)


def _of_partner(request: PortalRequest, which: str, code: str) -> HttpResponse:
    model = request.access.security_model
    rows = documents_in(model)
    return _list(request, rows, [model], which, f"documents/staff_{which}.html", code)


def _list(
    request: PortalRequest,
    rows: QuerySet[Document],
    accounts: list[SecurityModel],
    which: str,
    template: str,
    code: str,
) -> HttpResponse:
    access = request.access
    inside = which == "library"
    state = {"status": DocumentStatus.IN_LIBRARY}
    seen = rows.filter(**state) if inside else rows.exclude(**state)
    reading = Reading(access, accounts, types_to_find(), words_to_choose(access, accounts))
    listing = _LISTINGS[which](reading)
    if request.method == "POST":
        page = listing.posted(seen, request.POST.get("query", ""))
        return act_on_list(request, page, rows, which)
    if "chosen" in request.GET:
        return ask(request, rows, which)
    page = listing.show(seen, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, f"documents-{which}")
    context = {
        "page": page,
        "saved": saved_views(access, request.path, page, request.GET),
        "rows": document_rows(access, page.page, page.chosen.get("q", "")),
        "can_add": bool(accounts),
        "storage_url": _storage_page(access, accounts),
        "model": accounts[0] if access.is_staff else None,
        "tabs": library_tabs(request, which, is_contact=bool(accounts)),
        "page_code": code,
    }
    return render(request, template, context)


def _storage_page(access: Access, accounts: list[SecurityModel]) -> str:
    """Where the storage of the list's company is shown; empty for a list of several companies."""
    companies = {one.trade_account_id for one in accounts}
    if access.is_staff:
        return path_to("documents:staff-storage", model_id=accounts[0].pk)
    if len(companies) != 1:
        return ""
    return path_to("documents:account-storage", trade_id=companies.pop())


# --- uploads --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def upload(request: PortalRequest) -> HttpResponse:
    """Upload documents into the library of one of the accounts in which the person is a contact."""
    access = request.access
    open_ones = accounts_worked_in(access).filter(of_open_account("pk"))
    accounts = [] if access.is_staff else list(open_ones)
    return _upload(request, accounts, "documents/upload.html", "L-5")


@require_http_methods(["GET", "POST"])
@requires(P.EXCHANGE)
def staff_upload(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Add documents "From CBP" to the library of a partner (D6)."""
    return _upload(request, [request.access.security_model], "documents/staff_upload.html", "L-6")


def _upload(
    request: PortalRequest, accounts: list[SecurityModel], template: str, code: str
) -> HttpResponse:
    chosen = request.POST.get("account") or request.GET.get("account")
    inside = entered_chosen(request.access, accounts, chosen)
    initial = {"account": str(inside.security_model.pk)} if inside is not None else {}
    form = UploadForm.of(request, initial).offering(accounts, types_for(side_of(request.access)))
    outcomes: list[Outcome] = []
    if form.is_bound and form.is_valid() and inside is not None:
        outcomes = upload_documents(
            actor=inside,
            model=inside.security_model,
            uploads=form.chosen_files,
            details=form.details(),
            key=form.cleaned_data["form_key"],
            anyway=form.cleaned_data["anyway"],
        )
        if wants_json(request):
            return answer_of(outcomes[0], _page_of(outcomes[0], request.access))
        if all(one.is_done for one in outcomes):
            form.done = True
            _say(request, outcomes)
            return redirect(_library_of(inside))
        form.add_refusal(Refused("files", [one for each in outcomes for one in problems_of(each)]))
    context = {
        "form": form,
        "accounts": accounts,
        "model": inside.security_model if inside is not None else None,
        "outcomes": [(one, _page_of(one, request.access)) for one in outcomes],
        "limits": upload_limits(),
        "back": _library_of(inside) if inside is not None else path_to("documents:library"),
        "page_code": code,
    }
    return render(request, template, context, status=form.status)


def _page_of(outcome: Outcome, access: Access) -> str:
    """The page of the document that a file became or was already; empty if it was refused."""
    document = outcome.added.document if outcome.added else outcome.already
    return page_links.page_of(document, is_staff=access.is_staff) if document is not None else ""


def _library_of(access: Access) -> str:
    model = access.security_model
    if access.is_staff:
        return path_to("documents:staff-library", model_id=model.pk)
    return path_to("documents:account-library", trade_id=model.trade_account_id)


def _say(request: PortalRequest, outcomes: list[Outcome]) -> None:
    done = len(outcomes)
    words = ngettext(
        "%(n)s document is in the library. It can be opened once it is checked for malware.",
        "%(n)s documents are in the library. They can be opened once they are checked for malware.",
        done,
    )
    messages.success(request, words % {"n": done})
