"""The wizard's first step, Company Information, Summary, history (T1-T3, T7)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.saved_messages import say_saved
from core.web import PortalRequest, requires, signed_in
from files.views.inert_download import rendering_response
from trade_accounts import selectors, services
from trade_accounts.forms import CompanyForm, ConfirmForm, NewCompanyForm
from trade_accounts.policies import P, require_may_create
from trade_accounts.providers.name_requests import name_request_of
from trade_accounts.providers.reactions import keepers_of
from trade_accounts.services import organization_summary
from trade_accounts.services.accounts import FIELDS
from trade_accounts.views.frame import address_of, conflict, frame, steps, wants


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: PortalRequest) -> HttpResponse:
    """Step 1 of the wizard: the company itself; saving makes the account (T1, R1)."""
    require_may_create(request.access)
    form = NewCompanyForm.of(request)
    if request.method == "POST":
        account = form.run(lambda data: services.create(actor=request.access, **data))
        if account is not None:
            return redirect(address_of("addresses", account))
    context = {"form": form, "steps": steps(), "step": 1, "page_code": "T-1"}
    return render(request, "trade_accounts/create.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def company(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Company Information (T2); the name is locked once the account is set up (T3)."""
    account = request.access.trade_account
    initial = {name: getattr(account, name) for name in FIELDS} | {"version": account.version}
    locked = not selectors.name_may_change(account)
    form = CompanyForm.of(
        request, initial, name_locked=locked, home=lambda: selectors.home_country(account)
    )
    if request.method == "POST":
        saved = form.run(
            lambda data: services.save_company(
                actor=request.access, expected=data.pop("version"), **data
            )
        )
        if saved is not None:
            say_saved(request, _("The company information is saved."), services.missing(saved))
            return redirect(address_of("addresses" if wants(request, "next") else "company", saved))
    context = frame(request, "company", "T-2", form=form)
    if locked:
        context |= {"keepers": keepers_of(account), "name_request": name_request_of(account)}
    context["conflict"] = conflict(request, form, list(FIELDS), ["trade_accounts.company_changed"])
    return render(request, "trade_accounts/company.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def summary(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Everything that was entered (T7); in the wizard its last step, which finishes it."""
    access = request.access
    form = ConfirmForm.of(request)
    if request.method == "POST":
        account = form.run(lambda _data: services.finish_set_up(actor=access))
        if account is not None:
            messages.success(
                request,
                _("The trade account is ready. To apply, open C-TPAT Accounts in the menu."),
            )
            return redirect(address_of("summary", account))
    context = frame(
        request,
        "summary",
        "T-7",
        form=form,
        addresses=selectors.addresses_of(access.trade_account),
        types={one.code: one.name for one in selectors.type_choices()},
        people=selectors.account_people(access.trade_account),
        missing=services.missing(access.trade_account),
    )
    return render(request, "trade_accounts/summary.html", context, status=form.status)


@require_safe
@requires(P.VIEW)
def summary_pdf(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponseBase:
    """The summary as a PDF, made in the worker and kept by its content (T7)."""
    rendering = organization_summary.document_of(request.access.trade_account)
    return rendering_response(request, rendering)


@require_safe
@requires(P.VIEW)
def history(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """What happened in the account, newest first."""
    account = request.access.trade_account
    page, entries = selectors.history_page(request.access, request.GET.get("page"))
    context = {"account": account, "page": page, "entries": entries, "page_code": "T-9"}
    return render(request, "trade_accounts/history.html", context)
