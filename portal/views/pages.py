"""Home, tasks and at a glance: pages fed by what apps register with ``core.contributions``."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.ids import new_id
from core.links import path_to
from core.web import PortalRequest, exported, ids_in, public, requires, signed_in
from documents.page_links import package_page
from portal import overview
from portal.portfolio import portfolio
from portal.staff_home import staff_home
from security_models.policies import P as ModelP
from security_profile.services.summary_zip import MOST_SUMMARIES, request_summaries
from trade_accounts.policies import P as AccountP


@public
def landing(request: PortalRequest) -> HttpResponse:
    """The front page: what the portal is for, and how to get in."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    return render(request, "portal/landing.html", {"page_code": "P-1"})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def home(request: PortalRequest) -> HttpResponse:
    """All accounts of the reader with what is due; staff have their queue instead. What is posted
    asks for the summaries of chosen accounts.
    """
    if request.access.is_staff:
        return redirect(staff_home(request.access))
    if request.method == "POST":
        return _summaries(request)
    request.access = access = request.access.remembering()
    found = portfolio(access, request.GET)
    if "export" in request.GET:
        return exported(found.page, request.GET["export"], "c-tpat-accounts")
    return render(request, "portal/home.html", {"portfolio": found, "page_code": "P-2"})


def _summaries(request: PortalRequest) -> HttpResponse:
    """Ask for a ZIP file with the summaries of the chosen accounts of the list, or of all."""
    asked = QueryDict(request.POST.get("query", ""))
    page = portfolio(request.access, asked).page
    back = f"{path_to('portal:home')}?{page.query()}"
    rows = page.rows.none() if page.unknown(asked) else page.rows
    if "every" not in request.POST:
        rows = rows.filter(pk__in=ids_in(",".join(request.POST.getlist("model")), MOST_SUMMARIES))
    models = list(rows[: MOST_SUMMARIES + 1])
    if not models:
        messages.error(request, _("Select at least one account."))
        return redirect(back)
    if len(models) > MOST_SUMMARIES:
        words = _("A ZIP file holds up to %(n)s summaries. Filter the list first.")
        messages.error(request, words % {"n": MOST_SUMMARIES})
        return redirect(back)
    try:
        package = request_summaries(actor=request.access, models=models, key=new_id())
    except Refused as refused:
        messages.error(request, refused.problems[0].message)
        return redirect(back)
    return redirect(package_page(package.pk))


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
