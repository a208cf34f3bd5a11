"""What the page of a request says besides its preview: who acts next, and the timeline."""

from __future__ import annotations

from typing import Any

from audit.scopes import account_scope
from audit.selectors import events_for, timeline
from core.access import Access
from core.tenancy import beyond_tenants
from operations.models import TradeAccountRequest
from operations.presentation.words import days_waiting, due_on, turn_of
from operations.selectors.parties import names_of_administrators
from operations.states import RequestStatus


def facts_of(request: TradeAccountRequest) -> dict[str, Any]:
    """Who acts next, since when, and by when."""
    deciding = request.status == RequestStatus.ADMINISTRATOR
    names = names_of_administrators(request.other_id) if deciding else []
    return {
        "turn": turn_of(request, names),
        "days_waiting": days_waiting(request),
        "due": due_on(request),
    }


def timeline_of(request: TradeAccountRequest, access: Access) -> list[dict[str, Any]]:
    """What happened to the request, newest first: as the record of the reader's account says it;
    for staff, as that of the account that asked.
    """
    account = access.roots.get("trade_account")
    scope = account_scope(account.pk if account is not None else request.asking_id)
    with beyond_tenants("A request that closed an account is read by those who came along."):
        events = events_for(scope, access=access).filter(subject_id=request.pk)
        if not events.exists():
            scope = account_scope(request.asking_id)
            events = events_for(scope, access=access).filter(subject_id=request.pk)
        entries = list(timeline(list(events)))
    return [{"when": one.at, "who": one.who, "what": one.what} for one in entries]
