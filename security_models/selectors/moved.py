"""Where a page is now whose trade account was merged, or whose C-TPAT account has moved (T9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.tenancy import beyond_tenants
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount


@beyond_tenants("Where an account went is told only to those who may enter it there.")
def moved_to(named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ids of an address as they are now; None if nothing of it has moved."""
    trade_id = named.get("trade_id")
    if trade_id is None:
        return None
    if "model_id" in named:
        models = SecurityModel.objects.filter(pk=named["model_id"])
        now = models.values_list("trade_account_id", flat=True).first()
    else:
        accounts = TradeAccount.objects.filter(pk=trade_id)
        now = accounts.values_list("merged_into_id", flat=True).first()
    return {**named, "trade_id": now} if now is not None and now != trade_id else None
