"""The first tab: the SVI Agreement of each C-TPAT account (SVI1, SVI2)."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web import PortalRequest, requires
from svi.presentation.agreement_rows import agreement_rows
from svi.views.tabs import own_accounts, tab_context
from trade_accounts.policies import P as AccountP


@require_safe
@requires(AccountP.VIEW)
def agreements(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Which accounts share their status, who may sign, and what a revocation would end."""
    accounts = own_accounts(request, trade_id)
    context = {
        **tab_context(trade_id, accounts, "agreement", "V-1"),
        "rows": agreement_rows(accounts, request.access.user_id),
    }
    return render(request, "svi/agreement.html", context)
