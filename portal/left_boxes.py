"""What the boxes at the left of every page of an account show (N1, N5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A link of a box."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Branch:
    """A trade account in the tree; the plain ones are shown without a link."""

    name: str
    plain: bool
    url: str
    current: bool
    children: tuple[Branch, ...]


@dataclass(frozen=True)
class ShortTree:
    """What stands for a tree that is too long to be shown on every page (N1): what the reader
    pinned and opened last, and where all of it is.
    """

    count: int
    pinned: tuple[Entry, ...]
    recent: tuple[Entry, ...]
    switcher: str
    tree: str


@dataclass(frozen=True)
class Shortcuts:
    """The menu of a C-TPAT account (N5)."""

    heading: str
    items: tuple[Entry, ...]


@dataclass(frozen=True)
class Boxes:
    """Everything that the boxes at the left show (N1): what is drawn is kept by it.

    With ``short``, ``organizations`` are only the branch of the current account.
    """

    organizations: tuple[Branch, ...]
    operations: tuple[Entry, ...]
    information: tuple[Entry, ...]
    shortcuts: Shortcuts | None
    short: ShortTree | None = None


def entries(items: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    """The links of a box."""
    return tuple(Entry(one["label"], one["url"], one["current"]) for one in items)
