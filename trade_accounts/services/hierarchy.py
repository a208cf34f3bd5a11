"""The primitives of operations on trade accounts: place, found, close (T8, T9).

They only write. Who may ask, who decides and what must hold is decided by ``operations``, which
locks the accounts and calls these in the transaction of the last decision.
"""

from __future__ import annotations

import uuid

from core import clock
from core.access import Access
from trade_accounts import grants
from trade_accounts.machine import MEMBERSHIP
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType, SetUp

#: The company information with which the second half of a split begins.
_COPIED = ("doing_business_as", "employees", "business_started_on", "history", "phone", "website")


def set_parent(account: TradeAccount, parent: TradeAccount | None) -> None:
    """Place an account below another one, or at the top. The caller has locked both."""
    account.parent = parent
    account.save(update_fields=["parent"])


def found_half(
    *, actor: Access, origin: TradeAccount, new_id: uuid.UUID, name: str, founder: Membership
) -> TradeAccount:
    """The second account of a split: same place in the tree, same company information, another
    name. Who asked for it is its first Company Administrator (R1).
    """
    if founder.user is None:
        raise LookupError("who founds an account has a sign-in")
    now = clock.now()
    account = TradeAccount.objects.create(
        pk=new_id,
        name=name,
        parent_id=origin.parent_id,
        set_up=SetUp.DONE,
        created_at=now,
        created_by=founder.user,
        **{field: getattr(origin, field) for field in _COPIED},
    )
    begin_like(founder, account, actor=actor, type=MembershipType.COMPANY_ADMINISTRATOR)
    grants.sync(account)
    return account


def begin_like(
    member: Membership, account: TradeAccount, *, actor: Access, type: str = ""
) -> Membership:
    """A membership of the same person in another account: active if this one is, else invited."""
    now = clock.now()
    is_active = member.state == MembershipState.ACTIVE
    copied = Membership.objects.create(
        trade_account=account,
        user_id=member.user_id,
        type=type or member.type,
        state=MembershipState.ACTIVE if is_active else MembershipState.INVITED,
        email=member.email,
        salutation=member.salutation,
        first_name=member.first_name,
        last_name=member.last_name,
        title=member.title,
        phone=member.phone,
        created_at=now,
        added_by_id=actor.user_id,
        accepted_at=now if is_active else None,
    )
    MEMBERSHIP.begin(copied, actor=actor)
    return copied


def close_into(account: TradeAccount, survivor: TradeAccount) -> None:
    """Close an account that was merged: its addresses open the survivor, as do those of accounts
    that were merged into it before.
    """
    TradeAccount.objects.filter(merged_into=account).update(merged_into=survivor)
    account.merged_into, account.closed_at, account.parent = survivor, clock.now(), None
    account.save(update_fields=["merged_into", "closed_at", "parent"])
