"""Reads trade accounts, their addresses, people, invitations and keys."""

from trade_accounts.selectors.accounts import (
    AccountNode,
    accounts_of,
    accounts_of_member,
    accounts_shown,
    addresses_of,
    find_address,
    home_country,
    last_change,
    name_may_change,
    type_choices,
)
from trade_accounts.selectors.keys import find_key, keys_of, working_keys
from trade_accounts.selectors.people import (
    STAYING,
    account_people,
    administrators,
    administrators_of,
    alone,
    find_member,
    invitation_by_hash,
    invitation_of,
    members,
    open_invitations,
)

__all__ = [
    "STAYING",
    "AccountNode",
    "account_people",
    "accounts_of",
    "accounts_of_member",
    "accounts_shown",
    "addresses_of",
    "administrators",
    "administrators_of",
    "alone",
    "find_address",
    "find_key",
    "find_member",
    "home_country",
    "invitation_by_hash",
    "invitation_of",
    "keys_of",
    "last_change",
    "members",
    "name_may_change",
    "open_invitations",
    "type_choices",
    "working_keys",
]
