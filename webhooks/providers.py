"""The kinds of events that upper apps offer to companies' own systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webhooks.models import Event

#: Sent by the button on the page of an address; never chosen.
TEST = "webhook.test"


def _always(_event: Event) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """One kind of event.

    ``still_shared`` is asked before each attempt, as the system: an event about another company
    that may no longer be seen is withheld.
    """

    code: str
    words: Any
    still_shared: Callable[[Event], bool] = _always


kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer a kind of event."""
    kinds[kind.code] = kind


def kind_of(code: str) -> Kind:
    """The kind with this code; a kind that is gone is still sent if it was kept."""
    return kinds.get(code) or Kind(code, code)
