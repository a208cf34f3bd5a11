"""What upper apps know about trade accounts and this one must ask or say."""

from __future__ import annotations

from core.access import Access
from core.errors import Problem
from core.providers import Provider
from trade_accounts.models import Address, Membership, TradeAccount

#: (membership, actor) -> what blocks ending it ("is the Primary POC of …"), in words.
membership_ending: Provider[[Membership, Access], list[Problem]] = Provider("membership_ending")

#: (membership, actor): a membership began, ended or changed its type; dependents bring their own
#: rows into line in the same transaction. The trade account is locked.
membership_changed: Provider[[Membership, Access], None] = Provider("membership_changed")

#: (address) -> what still uses it, in words.
address_removing: Provider[[Address], list[Problem]] = Provider("address_removing")

#: (account) -> the names of those who can change its name (T3): its specialists. Nobody named:
#: the program office.
name_keepers: Provider[[TradeAccount], list[str]] = Provider("name_keepers")


def keepers_of(account: TradeAccount) -> list[str]:
    """Whom to ask for another company name, by name; empty: the program office (T3)."""
    return sorted({name for names in name_keepers(account) for name in names})
