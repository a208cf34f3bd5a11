"""Requests for documents: their lists, their pages for both sides, and the answer (D6)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.text import filled
from core.web import LAYOUTS, PortalRequest, exported, requires, signed_in
from documents import page_links
from documents.forms.requests import AnswerForm, AskAgainForm, CancelForm, RequestForm
from documents.listings.requests import request_listing
from documents.models import DocumentRequest
from documents.policies import P, closed_problems
from documents.presentation.choices import document_choices
from documents.presentation.requests import answer_rows, due_of
from documents.selectors import types_for
from documents.selectors.requests import (
    request_of,
    requests_to,
    requests_worked_on,
)
from documents.services import requests as services
from documents.states import AddedBy, RequestStatus
from documents.views.tabs import library_tabs
from security_models.models import SecurityModel
from security_models.policies import P as ModelP
from security_models.selectors.workplaces import accounts_worked_in
from security_models.views.members import refuse_member
from trade_accounts.policies import P as AccountP

#: Documents to choose from; others are answered from their criterion, or uploaded again.
MOST_OFFERED = 500

# --- lists ----------------------------------------------------------------------------------------


@require_safe
@signed_in
def all_requests(request: PortalRequest) -> HttpResponse:
    """The requests to all accounts in which the reader works."""
    access = request.access
    if access.is_staff:
        access.require(ModelP.SEE_POOL)
    accounts = list(accounts_worked_in(access))
    return _list(request, requests_worked_on(access), accounts, "RQ-1")


@require_safe
@requires(AccountP.VIEW)
def account_requests(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The requests to one company, to the accounts in which the reader is a contact."""
    accounts = list(accounts_worked_in(request.access, trade_id))
    if not accounts:
        refuse_member(request, trade_id, P.READ)
    return _list(request, requests_worked_on(request.access, trade_id), accounts, "RQ-1")


@require_safe
@requires(P.EXCHANGE)
def staff_requests(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The requests to one partner."""
    model = request.access.security_model
    return _list(request, requests_to(model), [model], "RQ-2")


def _list(
    request: PortalRequest,
    rows: QuerySet[DocumentRequest],
    accounts: list[SecurityModel],
    code: str,
) -> HttpResponse:
    access = request.access
    page = request_listing(accounts).show(rows, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "document-requests")
    partner = access.roots.get("security_model") if access.is_staff else None
    has_tabs = not access.is_staff or partner is not None
    context = {
        "page": page,
        "rows": [
            (one, due_of(one), page_links.request_page(one, is_staff=access.is_staff))
            for one in page.page
        ],
        "partner": partner,
        "layout": LAYOUTS[access.is_staff],
        "tabs": library_tabs(request, "requests", is_contact=bool(accounts)) if has_tabs else [],
        "page_code": code,
    }
    return render(request, "documents/requests.html", context)


# --- the company ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(P.READ)
def partner_request(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, request_id: uuid.UUID
) -> HttpResponse:
    """A request with its answer; a contact answers it here, or adds to the answer."""
    access = request.access
    model = access.security_model
    found = request_of(model, request_id)
    types = types_for(AddedBy.PARTNER)
    offered = document_choices(model, MOST_OFFERED)
    form = AnswerForm.of(request, {"type_code": found.type_id or "other"})
    form.offering(types, offered)
    if form.is_bound:
        done = form.run(
            lambda data: services.answer_request(
                actor=access,
                model=model,
                request_id=request_id,
                form_key=data["form_key"],
                upload=data["file"],
                details=form.details,
                version_id=form.version_id,
            )
        )
        if done is not None:
            words = _("“%(title)s” is answered. Your specialist is notified.")
            messages.success(request, filled(words, title=done.title))
            return redirect(page_links.request_page(found, is_staff=False))
    closed = list(closed_problems(model, access))
    can_answer = access.has(P.ADD) and found.status != RequestStatus.CANCELED and not closed
    context = {**_about(request, found), "form": form, "can_answer": can_answer}
    return render(
        request, "documents/request.html", {**context, "page_code": "RQ-3"}, status=form.status
    )


def _about(request: PortalRequest, found: DocumentRequest) -> dict[str, Any]:
    """What every page of one request shows."""
    is_staff = request.access.is_staff
    return {
        "asked": found,
        "due": due_of(found),
        "documents": answer_rows(found, is_staff=is_staff),
        "layout": LAYOUTS[is_staff],
        "here": page_links.request_page(found, is_staff=is_staff),
        "back": page_links.requests_of(found.security_model, is_staff=is_staff),
        "model": found.security_model,
    }


# --- staff ----------------------------------------------------------------------------------------


@require_safe
@requires(P.EXCHANGE)
def staff_request(
    request: PortalRequest, model_id: uuid.UUID, request_id: uuid.UUID
) -> HttpResponse:
    """A request with its answer, for staff."""
    found = request_of(request.access.security_model, request_id)
    context = {**_about(request, found), "is_staff": True, "page_code": "RQ-4"}
    return render(request, "documents/request.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.EXCHANGE)
def new_request(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Ask a partner for a document."""
    access = request.access
    model = access.security_model
    form = RequestForm.of(request, {"due_on": clock.clock(services.CLOCK).due(clock.today())})
    form.offering(types_for(AddedBy.PARTNER))
    if form.is_bound:
        done = form.run(
            lambda data: services.ask_for_document(
                actor=access, model=model, form_key=data["form_key"], wanted=form.wanted()
            )
        )
        if done is not None:
            words = _("“%(title)s” is asked for. The contacts of the company are notified.")
            messages.success(request, filled(words, title=done.title))
            return redirect(page_links.request_page(done, is_staff=True))
    context = {
        "form": form,
        "model": model,
        "back": page_links.requests_of(model, is_staff=True),
        "page_code": "RQ-5",
    }
    return render(request, "documents/request_new.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.EXCHANGE)
def ask_again(request: PortalRequest, model_id: uuid.UUID, request_id: uuid.UUID) -> HttpResponse:
    """Say what is missing in an answer, and ask again."""
    access = request.access
    found = request_of(access.security_model, request_id)
    form = AskAgainForm.of(request, {"due_on": _new_day(found)})
    if form.is_bound:
        done = form.run(
            lambda data: services.ask_again(
                actor=access,
                model=access.security_model,
                request_id=request_id,
                reason=data["reason"],
                due_on=data["due_on"],
            )
        )
        if done is not None:
            words = _("“%(title)s” is asked for again. The contacts of the company are notified.")
            messages.success(request, filled(words, title=done.title))
            return redirect(page_links.request_page(found, is_staff=True))
    context = {**_about(request, found), "form": form, "page_code": "RQ-6"}
    return render(request, "documents/request_again.html", context, status=form.status)


def _new_day(found: DocumentRequest) -> dt.date:
    return max(found.due_on, clock.clock(services.CLOCK).due(clock.today()))


@require_http_methods(["GET", "POST"])
@requires(P.EXCHANGE)
def cancel(request: PortalRequest, model_id: uuid.UUID, request_id: uuid.UUID) -> HttpResponse:
    """Cancel a request with a reason."""
    access = request.access
    found = request_of(access.security_model, request_id)
    form = CancelForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: services.cancel_request(
                actor=access,
                model=access.security_model,
                request_id=request_id,
                reason=data["reason"],
            )
        )
        if done is not None:
            words = _("The request “%(title)s” is canceled. The contacts are notified.")
            messages.success(request, filled(words, title=done.title))
            return redirect(page_links.request_page(found, is_staff=True))
    context = {**_about(request, found), "form": form, "page_code": "RQ-7"}
    return render(request, "documents/request_cancel.html", context, status=form.status)
