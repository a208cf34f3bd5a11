"""Where to ask for another company name once it is locked (T3): an upper app registers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.providers import Provider
from trade_accounts.models import TradeAccount


@dataclass(frozen=True)
class NameRequest:
    """Where to ask for another name, or the request that is open; ``note`` says how far it is."""

    url: str
    action: Any
    note: Any = ""


#: (account) -> where its members ask for another name.
name_requests: Provider[[TradeAccount], NameRequest] = Provider("name_requests")


def name_request_of(account: TradeAccount) -> NameRequest | None:
    """Where to ask for another name; None if no app offers it."""
    return next(name_requests(account), None)
