"""The trade organizations of the reader as a tree (N1, T10, T11): whole if it is short, otherwise
the branch of the current account with what the reader pinned and opened last.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from core.links import path_to
from portal.left_boxes import Branch, Entry, ShortTree
from trade_accounts.selectors import AccountNode, every_node

#: A longer tree is not shown on every page.
MOST_SHOWN = 12
#: So many of the accounts that were opened last are offered.
MOST_RECENT = 5


def paths_of(
    nodes: Iterable[AccountNode], above: tuple[str, ...] = ()
) -> dict[uuid.UUID, tuple[str, ...]]:
    """The names of the accounts above each one."""
    found = {}
    for node in nodes:
        found[node.id] = above
        found |= paths_of(node.children, (*above, node.name))
    return found


def branches(nodes: Iterable[AccountNode], current: uuid.UUID | None) -> tuple[Branch, ...]:
    """The whole tree with the current account highlighted."""
    return tuple(
        replace(_alone(node, current), children=branches(node.children, current)) for node in nodes
    )


def current_branch(nodes: Iterable[AccountNode], current: uuid.UUID | None) -> tuple[Branch, ...]:
    """The way from the top to the current account, and the first accounts below it."""
    for node in nodes:
        if node.id == current:
            below = tuple(_alone(one, None) for one in node.children[:MOST_SHOWN])
            return (replace(_alone(node, current), children=below),)
        if found := current_branch(node.children, current):
            return (replace(_alone(node, current), children=found),)
    return ()


def short_tree(nodes: Sequence[AccountNode], current: uuid.UUID | None) -> ShortTree | None:
    """What stands for a long tree; None for one that is shown whole."""
    own = [node for node in every_node(nodes) if not node.plain]
    if len(own) <= MOST_SHOWN:
        return None
    here = urlencode({"here": current}) if current else ""
    return ShortTree(
        count=len(own),
        pinned=tuple(_entry(node, current) for node in pinned_of(own)),
        recent=tuple(_entry(node, current) for node in recent_of(own, current)),
        switcher=path_to("portal:accounts"),
        tree=f"{path_to('portal:account-tree')}{'?' if here else ''}{here}",
    )


def pinned_of(own: Iterable[AccountNode]) -> list[AccountNode]:
    """The pinned accounts, by name."""
    return [node for node in own if node.pinned_at is not None]


def recent_of(own: Iterable[AccountNode], current: uuid.UUID | None) -> list[AccountNode]:
    """The accounts that were opened last, the newest first, without pinned ones and this one."""
    opened: list[tuple[dt.datetime, AccountNode]] = [
        (node.opened_at, node)
        for node in own
        if node.opened_at is not None and node.pinned_at is None and node.id != current
    ]
    newest = sorted(opened, key=lambda one: one[0], reverse=True)
    return [node for _at, node in newest[:MOST_RECENT]]


def company_page(account_id: uuid.UUID) -> str:
    """The first page of a trade account."""
    return path_to("trade_accounts:company", trade_id=account_id)


def _alone(node: AccountNode, current: uuid.UUID | None) -> Branch:
    url = "" if node.plain else company_page(node.id)
    return Branch(node.name, node.plain, url, node.id == current, ())


def _entry(node: AccountNode, current: uuid.UUID | None) -> Entry:
    return Entry(node.name, company_page(node.id), node.id == current)
