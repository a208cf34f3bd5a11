"""Lists of change requests: of a company, and for staff."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from change_requests import page_links
from change_requests.listings import change_listing
from change_requests.models import ChangeRequest
from change_requests.policies import P
from change_requests.presentation.change_words import short_words
from change_requests.selectors.requests import requests_for_staff, requests_of_company
from core.web import LAYOUTS, PortalRequest, exported, requires


@require_safe
@requires(P.ASK)
def of_company(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The requests of a company that the reader may see."""
    account = request.access.trade_account
    return _list(request, requests_of_company(request.access, account), "CH-1")


@require_safe
@requires(P.SEE_ALL)
def of_staff(request: PortalRequest) -> HttpResponse:
    """The requests of the partners of a specialist; for management all."""
    return _list(request, requests_for_staff(request.access), "CH-7")


def _list(request: PortalRequest, rows: QuerySet[ChangeRequest], code: str) -> HttpResponse:
    is_staff = request.access.is_staff
    page = change_listing(for_staff=is_staff).show(rows, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "change-requests")
    link = page_links.of_staff if is_staff else page_links.of_company
    context = {
        "page": page,
        "rows": [(one, short_words(one, one.shown_lines), link(one)) for one in page.page],
        "layout": LAYOUTS[is_staff],
        "is_staff": is_staff,
        "page_code": code,
    }
    return render(request, "change_requests/list.html", context)
