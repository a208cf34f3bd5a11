"""What waits for staff: each app registers its kinds, and the workspace shows them in one list.

A queryset for each kind selects the rows that wait; together they form the database view
``work_item`` (ADR 14). None of this is a table: an item appears and disappears with the rows that
it is derived from.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _


class WaitsFor(TextChoices):
    """Who must act next."""

    PROGRAM = "program", _("The program")
    PARTNER = "partner", _("The partner")


#: The columns of an item, each with its type in the database. ``rows`` of a kind selects them under
#: these names. ``id`` is unique within the kind. ``received_on`` is a program day, ``received_at``
#: orders within it. The due date is either stated in ``due_stated``, or follows from ``due_from``
#: by the period of the clock ``due_clock``, as it is set at the time of reading. ``round`` is 1 if
#: nothing comes back; ``size`` is how many of its parts are new or changed.
COLUMNS = {
    "id": "uuid",
    "subject_id": "uuid",
    "security_model_id": "uuid",
    "round": "integer",
    "received_on": "date",
    "received_at": "timestamptz",
    "due_stated": "date",
    "due_from": "date",
    "due_clock": "text",
    "waits_for": "text",
    "size": "integer",
    "state": "text",
}


class Item(Protocol):
    """One row of the view."""

    kind: str
    id: uuid.UUID
    subject_id: uuid.UUID
    security_model_id: uuid.UUID
    round: int
    received_on: dt.date
    due_stated: dt.date | None
    waits_for: str
    state: str


@dataclass(frozen=True)
class ItemWords:
    """What a list says about an item besides its columns: its size, its state, perhaps a note."""

    size: str
    state: str
    state_code: str
    note: str = ""


@dataclass(frozen=True)
class NextStep:
    """What happens next with an item; ``action`` is the button for the person who acts, empty if
    others do.
    """

    title: str
    text: str
    action: str = ""


@dataclass(frozen=True)
class WorkKind:
    """One kind of work.

    ``rows`` selects what waits, as values named like ``COLUMNS``. ``words`` name the kind.
    ``describe`` gets the items of one page and reads what only shown rows need, by id, in a
    constant number of statements. ``url`` is the page to work on an item. ``clocks`` are the codes
    that ``due_clock`` can contain.
    """

    code: str
    words: Any
    rows: Callable[[], QuerySet[Any, Any]]
    describe: Callable[[Sequence[Item]], Mapping[uuid.UUID, ItemWords]]
    url: Callable[[Item], str]
    next_step: Callable[[Item], NextStep]
    clocks: tuple[str, ...] = ()


_kinds: dict[str, WorkKind] = {}


def register(kind: WorkKind) -> None:
    """Register a kind; apps call this from ``AppConfig.ready``."""
    _kinds[kind.code] = kind


def unregister(code: str) -> None:
    """Remove a kind; for tests that register their own."""
    _kinds.pop(code, None)


def kinds() -> list[WorkKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def kind(code: str) -> WorkKind:
    """The kind of that code."""
    return _kinds[code]
