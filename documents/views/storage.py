"""How much of its storage an account uses, for its contacts and its specialist (U-2)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web import PortalRequest, requires
from documents.policies import P
from documents.presentation.storage_rows import storage_shown
from documents.selectors.storage import storage_of, type_names
from documents.views.tabs import library_tabs
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in
from security_models.views.members import refuse_member
from trade_accounts.policies import P as AccountP


@require_safe
@requires(AccountP.VIEW)
def account_storage(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The storage of each C-TPAT account of a company in which the reader is a contact."""
    accounts = list(accounts_worked_in(request.access, trade_id))
    if not accounts:
        refuse_member(request, trade_id, P.READ)
    return _page(request, accounts, "L-34")


@require_safe
@requires(P.EXCHANGE)
def staff_storage(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The same of one partner."""
    return _page(request, [request.access.security_model], "L-35")


def _page(request: PortalRequest, accounts: Iterable[SecurityModel], code: str) -> HttpResponse:
    names = type_names()
    is_staff = request.access.is_staff
    context: dict[str, Any] = {
        "storages": [storage_shown(storage_of(one), names) for one in accounts],
        "tabs": library_tabs(request, "", is_contact=True),
        "layout": "layouts/staff.html" if is_staff else "layouts/trade.html",
        "page_code": code,
    }
    return render(request, "documents/storage.html", context)
