"""Lists whose filters can be saved under a name. Apps register the pages of their lists."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, resolve

from core.links import is_inside
from core.providers import Provider

#: () -> the name of the page of each list -> what the list is, in words.
saved_lists: Provider[[], Mapping[str, Any]] = Provider("saved_lists")


@dataclass(frozen=True)
class ListPlace:
    """The page of a list: what it is, and the trade account that its address names, if any."""

    label: str
    trade_id: uuid.UUID | None


def list_at(path: str) -> ListPlace | None:
    """The list at an address; None if there is no list whose views can be saved."""
    if not is_inside(path):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    for lists in saved_lists():
        if found.view_name in lists:
            return ListPlace(str(lists[found.view_name]), found.kwargs.get("trade_id"))
    return None
