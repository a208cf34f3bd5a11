"""Reading trade accounts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from core.access import Access
from trade_accounts.models import TradeAccount
from trade_accounts.states import MembershipState


@dataclass
class Branch:
    """A trade account in the tree of Trade Organizations; ``plain`` ones cannot be opened (T11)."""

    id: uuid.UUID
    name: str
    plain: bool
    parent_id: uuid.UUID | None = None
    children: list[Branch] = field(default_factory=list)


def accounts_of(access: Access) -> list[Branch]:
    """The reader's trade accounts as a tree by parent, in one statement (T10).

    A parent of which the reader is no member stands as a plain name; siblings do not appear (T11).
    """
    rows = (
        TradeAccount.objects.filter(
            memberships__user_id=access.user_id, memberships__state=MembershipState.ACTIVE
        )
        .order_by("name", "id")
        .values_list("id", "name", "parent_id", "parent__name", "parent__parent_id")
    )
    branches: dict[uuid.UUID, Branch] = {}
    parents: dict[uuid.UUID, Branch] = {}
    for pk, name, parent_id, parent_name, grandparent_id in rows:
        branches[pk] = Branch(pk, name, False, parent_id)
        if parent_id is not None:
            parents[parent_id] = Branch(parent_id, parent_name, True, grandparent_id)
    branches = {**parents, **branches}
    tops: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.parent_id) if branch.parent_id else None
        (parent.children if parent else tops).append(branch)
    return tops
