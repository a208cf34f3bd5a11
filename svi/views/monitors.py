"""The fourth tab: partners that monitor one, or were asked to; a request is taken back (SVI6)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.text import filled
from core.web import PortalRequest, exported, requires
from svi import page_links
from svi.listings import monitors_listing
from svi.models import Monitor
from svi.policies import P
from svi.selectors.relations import monitors_of
from svi.services import requests
from svi.states import MonitoringStatus
from svi.views.answers import off_the_list
from svi.views.tabs import own_accounts, partner_listed, tab_context
from trade_accounts.policies import P as AccountP


@require_safe
@requires(AccountP.VIEW)
def monitors(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list."""
    accounts = own_accounts(request, trade_id)
    page = monitors_listing(accounts).show(monitors_of(accounts), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "partners-monitoring-you")
    context = {
        **tab_context(trade_id, accounts, "monitors", "V-4"),
        "page": page,
        "rows": [(one, page_links.answers_of(trade_id, one)) for one in page.page],
    }
    return render(request, "svi/monitors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def withdraw(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, asked_id: uuid.UUID
) -> HttpResponse:
    """Confirm that a request is taken back, and take it back."""
    model = request.access.security_model
    partner, back = partner_listed(model, asked_id, is_asked=False)
    if partner is None:
        return off_the_list(request, back)
    stops = partner.status == MonitoringStatus.ACCEPTED
    if stops and isinstance(partner, Monitor):
        words = _("%(company)s has accepted your request. Only it can stop monitoring you.")
        messages.info(request, filled(words, company=partner.name))
        return redirect(back)
    problems: Sequence[Any] = ()
    if request.method == "POST":
        try:
            requests.withdraw(actor=request.access, model=model, monitoring_id=asked_id)
            withdrawn = _("Your request to %(company)s is withdrawn.")
            words = (
                _("You stopped monitoring %(company)s: it is off your list.")
                if stops
                else withdrawn
            )
            messages.success(request, filled(words, company=partner.name))
            return redirect(back)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        "partner": partner,
        "stops": stops,
        "problems": problems,
        "back": back,
        "page_code": "V-8",
    }
    return render(request, "svi/withdraw.html", context, status=409 if problems else 200)
