"""The page Manage: the operations, and the requests of a trade account (N1, T8)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.web import PortalRequest, exported, requires
from operations import page_links
from operations.listings import OF_ACCOUNT
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.presentation.offers import offers
from operations.selectors.requests import drafts_of, requests_of
from operations.services import drafts
from operations.services.starting import reasons_against
from operations.states import Operation, RequestStatus
from operations.views.steps import STEPS


@require_safe
@requires(P.ASK)
def manage(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """What can be asked for, with who decides, and every request of the account."""
    page = OF_ACCOUNT.show(requests_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "requests")
    context = {
        "account": request.access.trade_account,
        "page": page,
        "rows": [(one, _url(one, trade_id)) for one in page.page],
        "offers": offers(reasons_against(request.access), drafts_of(request.access)),
        "page_code": "O-1",
    }
    return render(request, "operations/manage.html", context)


def _url(one: TradeAccountRequest, trade_id: uuid.UUID) -> str:
    if one.status == RequestStatus.DRAFT:
        return page_links.step_of(one, STEPS[one.kind][0])
    return page_links.page_of(one, trade_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.ASK)
def start(request: PortalRequest, trade_id: uuid.UUID, operation: str) -> HttpResponse:
    """Begin a request, or continue with one's draft of that kind. Who only opens the address sees
    the page with the button.
    """
    if operation not in Operation.values:
        raise Http404
    if request.method != "POST":
        return redirect(page_links.manage(trade_id))
    try:
        draft = drafts.start(actor=request.access, kind=operation)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, problem.message)
        return redirect(page_links.manage(trade_id))
    return redirect(page_links.step_of(draft, STEPS[operation][0]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.ASK)
def discard(request: PortalRequest, trade_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away. Who only opens the address sees the page with the list."""
    if request.method != "POST":
        return redirect(page_links.manage(trade_id))
    try:
        drafts.discard(actor=request.access, request_id=operation_id)
    except Refused as refusal:
        messages.error(request, refusal.problems[0].message)
    else:
        messages.success(request, _("The draft is gone. Nobody was told of it."))
    return redirect(page_links.manage(trade_id))
