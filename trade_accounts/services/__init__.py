"""The only code that writes trade accounts, addresses, memberships, invitations and API keys."""

from trade_accounts.services.accounts import create, finish_set_up, missing, save_company
from trade_accounts.services.addresses import add_address, remove_address, save_address
from trade_accounts.services.contact_checks import contacts_are_right
from trade_accounts.services.emails import follow_address, tell_of_failing
from trade_accounts.services.invitations import accept, begin_set_up, decline
from trade_accounts.services.keys import create_key, key_holder, revoke_key
from trade_accounts.services.members import (
    end_membership,
    invite,
    save_member,
    send_again,
    withdraw,
)
from trade_accounts.services.reference import load_reference

__all__ = [
    "accept",
    "add_address",
    "begin_set_up",
    "contacts_are_right",
    "create",
    "create_key",
    "decline",
    "end_membership",
    "finish_set_up",
    "follow_address",
    "invite",
    "key_holder",
    "load_reference",
    "missing",
    "remove_address",
    "revoke_key",
    "save_address",
    "save_company",
    "save_member",
    "send_again",
    "tell_of_failing",
    "withdraw",
]
