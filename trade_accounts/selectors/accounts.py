"""Reads trade accounts as their members see them (T10, T11), and their addresses."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from audit.models import Event
from audit.selectors import events_for
from audit.services import account_scope
from core.access import Access
from core.errors import NotVisible
from core.prepared import Prepared
from trade_accounts.models import Address, AddressType, Membership, TradeAccount
from trade_accounts.states import HEADQUARTERS, MembershipState, SetUp

# OFFSET keeps the way up at one index lookup for each account: the planner expects a hundred times
# more from a recursion, and would read every account of the program on every page.
_TREE = """
WITH RECURSIVE own AS MATERIALIZED (
    SELECT trade_account_id AS id FROM trade_accounts_membership
    WHERE user_id = %s AND state = 'active'
), tree AS (
    SELECT id, parent_id, name, set_up FROM trade_accounts_tradeaccount JOIN own USING (id)
    UNION
    SELECT above.* FROM tree CROSS JOIN LATERAL (
        SELECT id, parent_id, name, set_up FROM trade_accounts_tradeaccount
        WHERE id = tree.parent_id OFFSET 0
    ) above
)
SELECT tree.*, tree.id IN (SELECT id FROM own) AS is_own, mark.pinned_at, mark.opened_at
FROM tree LEFT JOIN trade_accounts_accountmark mark
    ON mark.trade_account_id = tree.id AND mark.user_id = %s
ORDER BY lower(name), tree.id
"""
_TREE_OF = Prepared(_TREE, ("user_id", "user_id"), {"user_id": uuid.UUID})


@dataclass(frozen=True)
class AccountNode:
    """One line of the tree: an account the reader may open, or a plain name above one (T11)."""

    id: uuid.UUID
    name: str
    plain: bool
    unfinished: bool
    pinned_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    children: list[AccountNode] = field(default_factory=list)


def accounts_of(access: Access) -> list[AccountNode]:
    """The reader's trade accounts as a tree by parent, with what this person pinned and opened, in
    one query, shared while a page is built.

    Ancestors of which the reader is not a member appear only as names; siblings not at all (T11).
    """
    if access.user_id is None:
        return []
    return access.once("accounts of the reader", lambda: _read_tree(access.user_id))


def every_node(nodes: Iterable[AccountNode]) -> Iterator[AccountNode]:
    """All accounts of a tree, each before those below it."""
    for node in nodes:
        yield node
        yield from every_node(node.children)


def own_accounts(access: Access) -> list[AccountNode]:
    """The accounts of the tree of which the reader is a member, by name."""
    own = (node for node in every_node(accounts_of(access)) if not node.plain)
    return sorted(own, key=lambda node: (node.name.casefold(), node.id))


def _read_tree(user_id: uuid.UUID) -> list[AccountNode]:
    rows = _TREE_OF.rows(user_id=user_id)
    nodes = {
        pk: AccountNode(pk, name, not is_own, set_up == SetUp.OPEN, pinned_at, opened_at)
        for pk, _parent, name, set_up, is_own, pinned_at, opened_at in rows
    }
    top: list[AccountNode] = []
    for pk, parent, *_more in rows:
        siblings = nodes[parent].children if parent in nodes else top
        siblings.append(nodes[pk])
    return top


def accounts_shown(access: Access) -> QuerySet[TradeAccount]:
    """The trade accounts of which the reader is a member, with the type of membership.

    A key sees only its own account.
    """
    rows = accounts_of_member(access.user_id)
    if access.only_trade_account_id is not None:
        rows = rows.filter(pk=access.only_trade_account_id)
    return rows


def accounts_of_member(user_id: Any) -> QuerySet[TradeAccount]:
    """The same for the id of a person, without the bounds of a key."""
    own = Membership.objects.filter(
        trade_account=OuterRef("pk"), user_id=user_id, state=MembershipState.ACTIVE
    )
    rows = TradeAccount.objects.filter(Exists(own)).annotate(
        member_type=Subquery(own.values("type")[:1])
    )
    return rows.order_by(F("name").asc(), "pk")


def name_may_change(account: TradeAccount) -> bool:
    """T3: the name can be changed until the wizard is finished; after that only the SCSS changes
    it.
    """
    return account.set_up == SetUp.OPEN


def addresses_of(account: TradeAccount) -> QuerySet[Address]:
    """The addresses that are not removed, oldest first."""
    rows = Address.objects.filter(trade_account=account, removed_at=None)
    return rows.order_by("created_at", "pk")


def home_country(account: TradeAccount) -> str:
    """The country of the headquarters, for phone numbers without country code."""
    rows = addresses_of(account).filter(types__contains=[HEADQUARTERS])
    return str(rows.values_list("country", flat=True).first() or "")


def find_address(access: Access, address_id: uuid.UUID) -> Address:
    """One address of the current account. Raises NotVisible for any other."""
    row = addresses_of(access.trade_account).filter(pk=address_id).first()
    if row is None:
        raise NotVisible("address")
    return row


def type_choices() -> list[AddressType]:
    """The types of addresses in the organization profile, in the order of the reference data."""
    return list(AddressType.objects.filter(kind="organization").order_by("position", "code"))


def last_change(access: Access, subject_id: uuid.UUID, kinds: Iterable[str]) -> Event | None:
    """Who changed a row last and when, for a conflict page (P5)."""
    events = events_for(account_scope(access.trade_account.pk), access=access)
    return events.filter(subject_id=subject_id, kind__in=list(kinds)).first()
