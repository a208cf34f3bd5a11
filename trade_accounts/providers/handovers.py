"""What people look after in a trade account besides their roles, and can pass to a successor.

Each app with a column that names such a person registers a :class:`Handover`. A test lists every
column that names a person, and fails for a new one until it is said what becomes of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from core.access import Access
from trade_accounts.models import Membership


@dataclass(frozen=True)
class Passing:
    """From whom to whom. ``models`` are the C-TPAT accounts in which the successor is a contact
    afterward; ``administers``: the successor is a Company Administrator then; ``removes``: the
    person who leaves is removed from the account.
    """

    leaver: Membership
    heir: Membership
    models: frozenset[uuid.UUID]
    administers: bool
    removes: bool


@dataclass(frozen=True)
class Handover:
    """What one app passes on. ``columns`` name the person, as ``app.Model.field``. ``said`` says
    what would pass, with counts and without contents: an administrator need not be a contact (R6).
    """

    columns: tuple[str, ...]
    said: Callable[[Passing], list[str]]
    pass_on: Callable[[Passing, Access], None]


_handovers: list[Handover] = []


def register(*handovers: Handover) -> None:
    """Register what an app passes on; apps call this from ``AppConfig.ready``."""
    _handovers.extend(one for one in handovers if one not in _handovers)


def columns() -> set[str]:
    """The columns whose person is replaced by the successor."""
    return {column for one in _handovers for column in one.columns}


def said_of(passing: Passing) -> list[str]:
    """Everything that would pass, in words."""
    return [words for one in _handovers for words in one.said(passing)]


def pass_on(passing: Passing, *, actor: Access) -> None:
    """Pass it on, in the transaction of the caller. Roles have passed before."""
    for one in _handovers:
        one.pass_on(passing, actor)
