"""The list of C-TPAT accounts, the start page, the entry of the company profile, the history."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.selectors import events_for, timeline
from audit.services import model_scope
from core import clock
from core.contributions import next_by_model, tasks_of
from core.web import PortalRequest, exported, requires
from security_models import page_links, services
from security_models.checks import RULES, problems_of
from security_models.forms import ReopenForm, StartForm
from security_models.listings import lines, listing_with
from security_models.policies import P, is_lapsed
from security_models.selectors import facts_of, visible
from security_models.selectors.eligibility import all_business_types
from security_models.selectors.model_facts import with_facts
from trade_accounts.policies import P as AccountP


@require_safe
@requires(AccountP.VIEW)
def accounts(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The C-TPAT accounts of a trade account (R6)."""
    upcoming = next_by_model(tasks_of(request.access, trade_id))
    page = listing_with(upcoming).show(with_facts(visible(request.access, trade_id)), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "c-tpat-accounts")
    context = {
        "page": page,
        "lines": lines(request.access, page.page, upcoming),
        "account": request.access.trade_account,
        "page_code": "A-1",
    }
    return render(request, "security_models/accounts.html", context)


@require_http_methods(["GET", "POST"])
@requires(AccountP.START_APPLICATION)
def start(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """What an application requires, the criteria to read beforehand, and the person's own role
    (R2).
    """
    form = StartForm.of(request)
    if request.method == "POST":
        model = form.run(lambda data: services.start_application(actor=request.access, **data))
        if model is not None:
            messages.success(
                request, _("You started the application %(reference)s.") % {"reference": model}
            )
            return redirect(page_links.url(model, "eligibility"))
    context = {
        "form": form,
        "account": request.access.trade_account,
        "reading": [(one, page_links.criteria_of(one)) for one in all_business_types()],
        "days": clock.clock("application_finish").length,
        "page_code": "A-2",
    }
    return render(request, "security_models/start.html", context, status=form.status)


@require_safe
@requires(P.VIEW)
def company_profile(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID
) -> HttpResponse:
    """Open the first tab that has something left to do, or else the first tab."""
    facts = facts_of(request.access.security_model)
    open_tabs = [tab for tab in RULES if problems_of(facts, tab)]
    return redirect(page_links.url(facts.model, open_tabs[0] if open_tabs else "eligibility"))


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def reopen(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Reopen a lapsed application."""
    model = request.access.security_model
    form = ReopenForm.of(request)
    if request.method == "POST":
        reopened = form.run(lambda data: services.reopen(actor=request.access, model=model))
        if reopened is not None:
            messages.success(request, _("The application is open again."))
            return redirect(page_links.glance(model))
    context = {
        "model": model,
        "form": form,
        "lapsed": is_lapsed(model),
        "days": clock.clock("application_finish").length,
        "page_code": "M-8",
    }
    return render(request, "security_models/reopen.html", context, status=form.status)


@require_safe
@requires(P.VIEW)
def history(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Everything that happened in this C-TPAT account, newest first."""
    model = request.access.security_model
    events = events_for(model_scope(model.pk), access=request.access)
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    context = {
        "model": model,
        "entries": list(timeline(list(page.object_list))),
        "page": page,
        "page_code": "M-7",
    }
    return render(request, "security_models/history.html", context)
