"""What waits for staff: each app registers its kinds, the workspace shows them in one list.

The rows that wait are told by a queryset a kind; together they are the database view
``work_item`` (ADR 14). Nothing here is a table: an item appears and goes with the state of things.
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
    """Who has to act next."""

    PROGRAM = "program", _("The program")
    PARTNER = "partner", _("The partner")


#: The columns of an item, each with its type in the database. ``rows`` of a kind gives them under
#: these names. ``id`` is unique within the kind. ``received_on`` is a program day, ``received_at``
#: orders within it. The due date is either stated in ``due_stated``, or follows from ``due_from``
#: by the period of the clock ``due_clock``, as it is set at the time of reading. ``round`` is 1
#: where nothing comes back, ``size`` how many parts of it are new or changed.
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
    """What a list says of an item beside its columns: how much it is, its state, perhaps a note."""

    size: str
    state: str
    state_code: str
    note: str = ""


@dataclass(frozen=True)
class NextStep:
    """What happens next with an item; ``action`` is the button of who acts, empty if others do."""

    title: str
    text: str
    action: str = ""


@dataclass(frozen=True)
class WorkKind:
    """One kind of work.

    ``rows`` selects what waits, as values named like ``COLUMNS``. ``words`` name the kind.
    ``describe`` gets the items of one page and reads what only shown rows need, in a number of
    statements that does not depend on how many they are; by id. ``url`` is the page on which an
    item is worked on. ``clocks`` are the codes that ``due_clock`` can hold.
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
    """Make a kind known; apps call it from ``AppConfig.ready``."""
    _kinds[kind.code] = kind


def unregister(code: str) -> None:
    """Forget a kind; for tests that bring their own."""
    _kinds.pop(code, None)


def kinds() -> list[WorkKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def kind(code: str) -> WorkKind:
    """The kind of that code."""
    return _kinds[code]
