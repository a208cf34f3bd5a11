"""The third tab: partners that one monitors, their requests, and the page of one (SVI4-SVI7)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.days import day_in_address
from core.text import filled
from core.web import PortalRequest, exported, requires
from svi import page_links
from svi.forms import NoteForm
from svi.listings import add_types, is_unverified, monitored_listing
from svi.policies import P
from svi.presentation.history import bar_of, history_of, months_ago, periods_of, status_on
from svi.selectors.relations import (
    changes_seen,
    lost_since,
    monitored_by,
    monitored_partner,
    owners_for,
)
from svi.services.notes import save_note
from svi.states import MonitoringStatus
from svi.views.answers import act_on_list, ask
from svi.views.tabs import own_accounts, tab_context
from trade_accounts.policies import P as AccountP

#: So many requests are shown above the list; the filter *Pending* shows all.
REQUESTS_SHOWN = 10
#: So many days a partner that is no longer certified is named above the list, and at most so many.
LOST_DAYS, LOST_SHOWN = 30, 5


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def monitored(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list; a POST asks what to do with chosen partners, and does it."""
    accounts = own_accounts(request, trade_id)
    rows = monitored_by(accounts)
    if request.method == "POST":
        page = monitored_listing(accounts).posted(rows, request.POST.get("query", ""))
        return act_on_list(request, trade_id, accounts, page)
    if "chosen" in request.GET:
        return ask(request, trade_id, accounts)
    page = monitored_listing(accounts).show(rows, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "partners-you-are-monitoring")
    waiting = list(
        rows.filter(status=MonitoringStatus.PENDING, is_asked=True).order_by("asked_at")[
            :REQUESTS_SHOWN
        ]
    )
    lost_on = clock.today() - dt.timedelta(days=LOST_DAYS)
    lost = list(lost_since(accounts, lost_on)[: LOST_SHOWN + 1])
    context = {
        **tab_context(trade_id, accounts, "monitored", "V-3"),
        "page": page,
        "lost": [(one, page_links.answers_of(trade_id, one)) for one in lost[:LOST_SHOWN]],
        "more_lost": len(lost) > LOST_SHOWN,
        "lost_days": LOST_DAYS,
        "waiting": [(one, page_links.answers_of(trade_id, one)) for one in waiting],
        "rows": [(one, page_links.answers_of(trade_id, one)) for one in page.page],
    }
    return render(request, "svi/monitored.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.VIEW)
def partner(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, monitoring_id: uuid.UUID
) -> HttpResponse:
    """One partner: status by business type, its history, and the own notes."""
    access = request.access
    model = access.security_model
    found = monitored_partner(model, monitoring_id)
    form = NoteForm.of(
        request,
        {
            "reference": found.reference,
            "owner": str(found.owner_id or ""),
            "tells": not found.is_silent,
            "version": found.note_version,
        },
    ).offering([(str(one.pk), one.name) for one in owners_for(model)])
    if form.is_bound:
        saved = form.run(
            lambda data: save_note(
                actor=access,
                model=model,
                monitoring_id=monitoring_id,
                version=data["version"],
                reference=data["reference"],
                owner_id=form.owner_id,
                tells=data["tells"],
            )
        )
        if saved is not None:
            words = _("Your notes about %(company)s are saved.")
            messages.success(request, filled(words, company=found.name))
            return redirect(page_links.partner_page(model, monitoring_id))
    context = {**_about(request, trade_id, found), "form": form}
    return render(request, "svi/partner.html", context, status=form.status)


def _about(request: PortalRequest, trade_id: uuid.UUID, found: Any) -> dict[str, Any]:
    add_types([found])
    changes = changes_seen([found]).get((found.pk, found.security_model_id), [])
    today = clock.today()
    periods = periods_of(found, changes, months_ago(today), today)
    asked = request.GET.get("on", "")
    on = day_in_address(asked)
    return {
        "partner": found,
        "model": request.access.security_model,
        "is_unverified": is_unverified(found),
        "periods": periods,
        "bar": bar_of(periods),
        "history": history_of(found, changes),
        "asked_on": asked,
        "on": on,
        "on_day": status_on(found, changes, on) if on is not None else [],
        "is_unreadable": bool(asked) and on is None,
        "links": page_links.answers_of(trade_id, found),
        "back": page_links.monitored_of(request.access.security_model),
        "page_code": "V-5",
    }
