"""What the tests of the whole table of addresses share."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from core import web
from core.access import Access, Permission
from core.errors import NotVisible


@pytest.fixture
def each_enters_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether and as what a person enters a company is found out once for each of both.

    It follows from rows alone, and here whatever a request does to them is undone before the next.
    """
    enter = web.enter_roots
    found: dict[Any, Access | NotVisible] = {}

    def entered(access: Access, places: Mapping[str, Any]) -> Access:
        roots = tuple(str(places.get(name)) for name in ("trade_id", "model_id"))
        key = (access.user_id, access.via, access.only_trade_account_id, roots)
        if key not in found:
            try:
                found[key] = enter(access, places)
            except NotVisible as missing:
                found[key] = missing
        known = found[key]
        if isinstance(known, NotVisible):
            raise NotVisible(*known.args)
        return replace(access, roles=known.roles, roots=copy.deepcopy(dict(known.roots)))

    monkeypatch.setattr(web, "enter_roots", entered)


@pytest.fixture
def names_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can do what a person cannot is found out once for each company and permission.

    It follows from rows alone, and decides nothing: a refusal names these people.
    """
    who_can = web.who_can
    found: dict[Any, list[str]] = {}

    def named(access: Access, wanted: Permission) -> list[str]:
        roots = tuple((name, root.pk) for name, root in access.roots.items())
        if (roots, wanted) not in found:
            found[roots, wanted] = who_can(access, wanted)
        return found[roots, wanted]

    monkeypatch.setattr(web, "who_can", named)
