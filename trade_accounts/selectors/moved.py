"""Where a page is now whose trade account was merged into another one (T9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.tenancy import beyond_tenants
from trade_accounts.models import TradeAccount


@beyond_tenants("Where an account went is told only to those who may enter it there.")
def merged_into(named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ids of an address with the account that stays; None if the named one was not merged."""
    if "trade_id" not in named:
        return None
    accounts = TradeAccount.objects.filter(pk=named["trade_id"])
    now = accounts.values_list("merged_into_id", flat=True).first()
    return {**named, "trade_id": now} if now is not None else None
