"""Home, tasks and at a glance: pages fed by what apps register with ``core.contributions``."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.web import PortalRequest, exported, public, requires, signed_in
from portal import overview
from portal.portfolio import portfolio
from portal.staff_home import staff_home
from security_models.policies import P as ModelP
from trade_accounts.policies import P as AccountP


@public
def landing(request: PortalRequest) -> HttpResponse:
    """The front page: what the portal is for, and how to get in."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    return render(request, "portal/landing.html", {"page_code": "P-1"})


@signed_in
def home(request: PortalRequest) -> HttpResponse:
    """All accounts of the reader with what is due; staff have their queue instead."""
    if request.access.is_staff:
        return redirect(staff_home(request.access))
    request.access = access = request.access.remembering()
    found = portfolio(access, request.GET)
    if "export" in request.GET:
        return exported(found.page, request.GET["export"], "c-tpat-accounts")
    return render(request, "portal/home.html", {"portfolio": found, "page_code": "P-2"})


@signed_in
def tasks(request: PortalRequest) -> HttpResponse:
    """Tasks across all accounts (N2)."""
    groups = overview.tasks_by_account(request.access, None)
    return render(request, "portal/tasks.html", {"groups": groups, "page_code": "P-3"})


@requires(AccountP.VIEW)
def account_tasks(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Tasks of one trade account (N2)."""
    groups = overview.tasks_by_account(request.access, trade_id)
    context = {"groups": groups, "account": request.access.trade_account, "page_code": "T-8"}
    return render(request, "portal/tasks.html", context)


@requires(ModelP.VIEW)
def glance(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """A security model at a glance (S6)."""
    seen = overview.at_a_glance(request.access)
    return render(request, "portal/glance.html", {"glance": seen, "page_code": "M-1"})
