"""Webhooks of companies, made through the services."""

from __future__ import annotations

import re
from typing import Any

from core.access import Access, enter_roots, for_user
from core.ids import new_id
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount
from webhooks.models import Delivery, Endpoint
from webhooks.providers import kinds
from webhooks.services.emitting import keep_event, send_to
from webhooks.services.endpoints import add_endpoint

URL = "https://hooks.quillfeather.example/portal"


def administrator(account: TradeAccount) -> Access:
    """The founder of a company, inside it."""
    return enter_roots(for_user(account.created_by), {"trade_id": account.pk})


def make_endpoint(account: TradeAccount, **changes: Any) -> tuple[Endpoint, str]:
    """A webhook that gets all events, and its secret."""
    form = {"name": "Freight system", "url": URL, "events": list(kinds), **changes}
    return add_endpoint(actor=administrator(account), form_key=new_id(), **form)


def make_delivery(endpoint: Endpoint, model: SecurityModel | None = None) -> Delivery:
    """An event on its way; of a C-TPAT account, if one is named."""
    more = {"security_model_id": model.pk} if model else {}
    event = keep_event(
        "svi.request_decided", endpoint.trade_account_id, {"decision": "accepted"}, **more
    )
    return send_to(event, [endpoint])[0]


def secret_in(page: str) -> str:
    """The secret that a page shows."""
    found = re.search(r"whsec_[\w-]{43}", page)
    assert found, "no secret"
    return found[0]
