"""Acts reserved to some staff, for which other staff can ask them (R6).

Each app registers its acts from ``AppConfig.ready``; pages that say who can do an act then offer
to ask. Partners ask each other with ``trade_accounts.providers.reserved_acts``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.services import Scope
from core.access import Access
from core.errors import NotVisible, Problem
from core.links import path_to
from notifications.providers.kinds import Recipient


@dataclass(frozen=True)
class Matter:
    """One act on one thing, as the member of staff who asks for it sees it.

    ``what`` completes "Ask NAME to …". ``only`` is a sentence before the names in ``people``, the
    users who can do it; ``group`` names them if they are many. ``accounts`` are the partners that
    the email names. ``mine`` tells whether the reader can do it, ``problems`` why nobody can now.
    ``url`` is the page of the act, ``back`` the page that the reader came from.
    """

    what: str
    only: str
    group: str
    people: tuple[Recipient, ...]
    scope: Scope
    url: str
    back: str
    accounts: tuple[str, ...] = ()
    mine: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of those who can."""
        return [one.name for one in self.people]


@dataclass(frozen=True)
class StaffAct:
    """One act. ``read(access, id)`` gives the matter, or raises NotVisible if the reader may not
    ask.

    ``pages`` are the views of the act, whose refusal offers to ask. ``place`` is the name of the id
    in their addresses.
    """

    code: str
    read: Callable[[Access, uuid.UUID], Matter]
    place: str
    pages: frozenset[str] = frozenset()


_acts: dict[str, StaffAct] = {}


def register(act: StaffAct) -> None:
    """Register an act; apps call this from ``AppConfig.ready``."""
    _acts[act.code] = act


def act_named(code: str) -> StaffAct:
    """The act with that code. Raises NotVisible for an unknown one."""
    if code not in _acts:
        raise NotVisible("act")
    return _acts[code]


def ask_url(code: str, subject_id: uuid.UUID) -> str:
    """The page on which staff ask for an act."""
    return path_to("identity:ask", act_code=code, subject_id=subject_id)


def act_of_page(page: str) -> StaffAct | None:
    """The act of a page that was refused to a member of staff, if it can be asked for."""
    return next((one for one in _acts.values() if page in one.pages), None)


def without(people: list[Recipient], *user_ids: Any) -> tuple[Recipient, ...]:
    """The people who can, except some of them; each person once."""
    kept = {one.user_id: one for one in people if one.user_id and one.user_id not in user_ids}
    return tuple(kept.values())
