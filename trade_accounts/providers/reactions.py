"""What upper apps know about trade accounts: this app calls them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.access import Access
from core.errors import Problem
from core.providers import Provider
from trade_accounts.models import Address, Membership, TradeAccount


@dataclass(frozen=True)
class Named:
    """Something of an upper app in words, with the page where it can be seen, if there is one."""

    words: str
    url: str = ""


#: (membership, actor) -> what blocks ending it ("is the Primary POC of …"), in words.
membership_ending: Provider[[Membership, Access], list[Problem]] = Provider("membership_ending")

#: (membership, actor): a membership began, ended or changed its type; dependents update their own
#: rows in the same transaction. The trade account is locked.
membership_changed: Provider[[Membership, Access], None] = Provider("membership_changed")


@dataclass(frozen=True)
class Use:
    """A C-TPAT account that uses an address. While it ``holds`` the address, that can't go."""

    reference: str
    url: str
    holds: bool


#: (ids of addresses) -> which C-TPAT accounts use each; addresses without a use are left out.
address_uses: Provider[[Collection[uuid.UUID]], Mapping[uuid.UUID, list[Use]]] = Provider(
    "address_uses"
)

#: (address) -> what still uses it, in words.
address_removing: Provider[[Address], list[Problem]] = Provider("address_removing")

#: (membership) -> what ends with it, for the page that asks before a person is removed.
membership_endings: Provider[[Membership], list[Named]] = Provider("membership_endings")

#: (ids of memberships) -> in how many C-TPAT accounts each person is a contact; none: left out.
contact_counts: Provider[[Collection[uuid.UUID]], Mapping[uuid.UUID, int]] = Provider(
    "contact_counts"
)

#: () -> the roles that people of a company can have, with their words.
company_roles: Provider[[], list[tuple[str, Any]]] = Provider("company_roles")

#: (account) -> the names of those who can change its name (T3): its specialists. If it names
#: nobody: the program office.
name_keepers: Provider[[TradeAccount], list[str]] = Provider("name_keepers")


#: (account) -> whose history belongs to that of the account, each until a moment or without end:
#: accounts that were merged into it, the account it was split from, C-TPAT accounts that went (T9).
past_scopes: Provider[[TradeAccount], list[tuple[uuid.UUID, dt.datetime | None]]] = Provider(
    "past_scopes"
)


def counted_contacts(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """In how many C-TPAT accounts the people of these memberships are contacts."""
    return {key: n for counts in contact_counts(ids) for key, n in counts.items()}


def uses_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Use]]:
    """Which C-TPAT accounts use these addresses."""
    return {key: found for uses in address_uses(ids) for key, found in uses.items()}


def keepers_of(account: TradeAccount) -> list[str]:
    """Who can change the company name, by name; empty: the program office (T3)."""
    return sorted({name for names in name_keepers(account) for name in names})
