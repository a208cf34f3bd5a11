"""What upper apps know about trade accounts: this app calls them."""

from __future__ import annotations

from core.access import Access
from core.errors import Problem
from core.providers import Provider
from trade_accounts.models import Address, Membership, TradeAccount

#: (membership, actor) -> what blocks ending it ("is the Primary POC of …"), in words.
membership_ending: Provider[[Membership, Access], list[Problem]] = Provider("membership_ending")

#: (membership, actor): a membership began, ended or changed its type; dependents update their own
#: rows in the same transaction. The trade account is locked.
membership_changed: Provider[[Membership, Access], None] = Provider("membership_changed")

#: (address) -> what still uses it, in words.
address_removing: Provider[[Address], list[Problem]] = Provider("address_removing")

#: (account) -> the names of those who can change its name (T3): its specialists. If it names
#: nobody: the program office.
name_keepers: Provider[[TradeAccount], list[str]] = Provider("name_keepers")


def keepers_of(account: TradeAccount) -> list[str]:
    """Who can change the company name, by name; empty: the program office (T3)."""
    return sorted({name for names in name_keepers(account) for name in names})
