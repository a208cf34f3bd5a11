"""Acts reserved to some people, which everyone else can ask them to do.

An upper app registers each act that only an Officer or a Company Administrator may do; pages that
say who may do it then offer to ask (R6).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.access import Access, Permission
from core.errors import NotVisible, Problem
from core.links import path_to


@dataclass(frozen=True)
class Act:
    """One act and the people it is reserved to.

    ``verb`` completes "Ask NAME to …"; ``what(root)`` follows it if it depends on the root.
    ``permission`` is what those people have, and ``asker`` what an asking person needs, both on the
    tenant root named ``root``. ``find(id)`` reads the root; ``holders(root)`` selects the
    memberships of those people; ``url(root)`` is the page of the act; ``blockers(root)`` are the
    reasons why nobody can do it yet. ``notice`` is the kind of notification. ``only`` and
    ``nobody`` are sentences: who can do it, and that nobody can now. ``named_through`` is the act
    by which such a person is named. ``pages`` are the views of the act, whose refusal offers to
    ask. ``has_own_task``: those who can have a task for it anyway. ``seen_at`` is a page that
    everyone may read, if the page of the act is not.
    """

    code: str
    root: str
    permission: Permission
    asker: Permission
    verb: Any
    only: Any
    nobody: Any
    find: Callable[[uuid.UUID], Any]
    holders: Callable[[Any], Q]
    url: Callable[[Any], str]
    what: Callable[[Any], str] = lambda _root: ""
    blockers: Callable[[Any], list[Problem]] = lambda _root: []
    notice: str = "account.act_asked"
    named_through: str = ""
    pages: frozenset[str] = frozenset()
    has_own_task: bool = False
    seen_at: Callable[[Any], str] | None = None

    def said_of(self, root: Any) -> str:
        """The act with its object: "sign and submit the C-TPAT application"."""
        return f"{self.verb} {self.what(root)}".strip()


_acts: dict[str, Act] = {}


def register(act: Act) -> None:
    """Register an act; apps call this from ``AppConfig.ready``."""
    _acts[act.code] = act


def act_named(code: str, root: str) -> Act:
    """The act with that code on that kind of root. Raises NotVisible for an unknown one."""
    found = _acts.get(code)
    if found is None or found.root != root:
        raise NotVisible("act")
    return found


def known(code: str) -> Act | None:
    """The act with that code, if this version knows it."""
    return _acts.get(code)


def page_of(act: Act, account_id: uuid.UUID, root_id: str) -> str:
    """The page to do the act or to ask for it, by the ids of its root."""
    if act.root == "trade_account":
        return path_to("trade_accounts:ask", trade_id=account_id, account_act=act.code)
    places = {"trade_id": account_id, "model_id": root_id, "model_act": act.code}
    return path_to("trade_accounts:ask-in-model", **places)


def act_for(access: Access, wanted: Permission, page: str) -> Act | None:
    """The act that a refused person can ask for: that of the page, or else of the permission."""
    possible = [
        one
        for one in _acts.values()
        if one.permission == wanted and one.root in access.roots and access.has(one.asker)
    ]
    of_page = [one for one in possible if page in one.pages]
    return next(iter(of_page or possible), None)
