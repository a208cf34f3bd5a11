"""Where a page is now whose trade account was merged into another one (T9)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.access import Access
from core.compiled import any_of
from core.tenancy import beyond_tenants
from core.text import fold
from trade_accounts.models import TradeAccount
from trade_accounts.selectors.accounts import own_accounts


@dataclass(frozen=True)
class ClosedAccount:
    """An account that was merged: its name, and the account of the reader that it is part of."""

    name: str
    account_id: uuid.UUID
    account_name: str


def closed_accounts(access: Access, text: str) -> list[ClosedAccount]:
    """T9: the accounts with every word of the text in their name that were merged into accounts of
    the reader. Without words none.
    """
    words = fold(text).split()
    own = {node.id: node.name for node in own_accounts(access)} if words else {}
    if not own:
        return []
    with beyond_tenants("A closed account is shown to members of the account that stays."):
        rows = TradeAccount.objects.filter(any_of("merged_into", list(own))).order_by("name", "pk")
        found = list(rows.values_list("name", "merged_into_id"))
    return [
        ClosedAccount(name, stays, own[stays])
        for name, stays in found
        if stays is not None and all(word in fold(name) for word in words)
    ]


@beyond_tenants("Where an account went is told only to those who may enter it there.")
def merged_into(named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ids of an address with the account that stays; None if the named one was not merged."""
    if "trade_id" not in named:
        return None
    accounts = TradeAccount.objects.filter(pk=named["trade_id"])
    now = accounts.values_list("merged_into_id", flat=True).first()
    return {**named, "trade_id": now} if now is not None else None
