"""What becomes of the rows of a trade account when accounts are merged or split (T9).

Each app with rows of a trade account registers a :class:`Mover`: what it would do with them, in
words and names, and the doing. Rows that name only a C-TPAT account need no mover, because they go
where it goes. A test lists every table of a tenant and fails if none of the two holds for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.access import Access
from core.errors import Problem


@dataclass(frozen=True)
class Plan:
    """Which rows go from the account ``source`` to the account ``target``.

    A merge ``closes`` the source, and everything goes. A split moves the C-TPAT accounts that it
    names and copies addresses and memberships; all else stays. While it is only previewed, the
    account that a split will found does not exist: ``target`` is then an id without a row.
    """

    source: uuid.UUID
    target: uuid.UUID
    closes: bool
    models: tuple[uuid.UUID, ...] = ()
    addresses: tuple[uuid.UUID, ...] = ()
    members: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What happens to one kind of thing: in words, with the name of each, and perhaps a note.

    Without ``names`` it is a sentence; with an empty list of them there is none of the kind. If it
    is about things that someone waits for, ``asked_by`` has the id of who asked for each, in the
    order of the names (None: nobody), so that they are told.
    """

    code: str
    what: Any
    names: tuple[str, ...] | None = None
    note: Any = ""
    asked_by: tuple[uuid.UUID | None, ...] = ()


def _nothing_to_say(_plan: Plan) -> Sequence[Effect]:
    return ()


def _nothing_against(_plan: Plan) -> Sequence[Problem]:
    return ()


def _nothing_to_do(_plan: Plan, _actor: Access) -> None:
    return None


@dataclass(frozen=True)
class Mover:
    """What one app does. ``tables`` names each of its tables with rows of a trade account, and says
    what becomes of them, for engineers. ``blockers`` says what must be settled first. ``move`` runs
    with both accounts locked.
    """

    app: str
    tables: Mapping[str, str]
    preview: Callable[[Plan], Sequence[Effect]] = field(default=_nothing_to_say)
    blockers: Callable[[Plan], Sequence[Problem]] = field(default=_nothing_against)
    move: Callable[[Plan, Access], None] = field(default=_nothing_to_do)


_movers: dict[str, Mover] = {}


def register(mover: Mover) -> None:
    """Register the mover of an app; apps call this from ``AppConfig.ready``, the lower ones first.

    Movers run in this order, so that an upper app finds what a lower one has moved.
    """
    _movers[mover.app] = mover


def movers() -> tuple[Mover, ...]:
    """Every mover, the lowest app first."""
    return tuple(_movers.values())


def preview(plan: Plan) -> list[Effect]:
    """Everything that would happen."""
    return [effect for mover in movers() for effect in mover.preview(plan)]


def blockers(plan: Plan) -> list[Problem]:
    """Everything that must be settled first."""
    return [problem for mover in movers() for problem in mover.blockers(plan)]


def move(plan: Plan, *, actor: Access) -> None:
    """Do it, in the transaction of the caller."""
    for mover in movers():
        mover.move(plan, actor)
