"""What is to do, what a model looks like at a glance, which dates come: contributed by apps.

Tasks are derived from the current state each time, never stored (N2).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.access import Access
from core.providers import Provider


@dataclass(frozen=True)
class Task:
    """One thing to do, and who can do it.

    ``url`` is the address of the exact place. ``who`` names those who can ("Any contact", or
    people); ``mine`` tells whether the reader is one of them. ``status`` is a code of the status
    component (``not_started``, ``in_progress``, ``returned``, ``cannot_start_yet``, …).
    ``position`` orders the tasks of one account by its steps. ``kind`` says what the home page
    counts it as, if it does (``officer``, ``svi``), and ``count`` how many things it is about.
    """

    key: str
    title: Any
    url: str
    account_name: str
    trade_account_id: uuid.UUID | None = None
    security_model_id: uuid.UUID | None = None
    note: Any = ""
    who: Any = ""
    mine: bool = True
    status: str = "not_started"
    status_note: Any = ""
    due: dt.date | None = None
    since: dt.date | None = None
    position: int = 0
    kind: str = ""
    count: int = 1


@dataclass(frozen=True)
class Fact:
    """One figure of the summary box: label, value, a line below, and perhaps a link."""

    label: Any
    value: Any
    note: Any = ""
    url: str = ""
    link_label: Any = ""


@dataclass(frozen=True)
class Section:
    """A part of the at-a-glance page that an app draws with its own template."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True)
class Glance:
    """What an app adds to the at-a-glance page of a model (S6)."""

    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class DueDate:
    """A program date that concerns the reader.

    ``key`` names the thing and what of it is due; it stays the same when the date moves. ``since``
    is the program day from which the date follows. ``security_model_id`` names the C-TPAT account
    that it belongs to.
    """

    key: str
    on: dt.date
    since: dt.date
    title: Any
    url: str
    account_name: str
    security_model_id: uuid.UUID


#: (access, trade_account_id or None for all accounts of the reader) -> tasks; a constant number of
#: queries for any number of accounts.
tasks_for: Provider[[Access, uuid.UUID | None], list[Task]] = Provider("tasks_for")


def tasks_of(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """All tasks, those of one account together, in the order of its steps."""
    gathered = tasks_for(access.remembering(), trade_account_id)
    found = [task for tasks in gathered for task in tasks]
    return sorted(found, key=lambda task: (task.account_name, task.position, task.key))


def next_by_model(tasks: Iterable[Task]) -> dict[uuid.UUID, Task]:
    """The reader's next step in each security model: the first of their own tasks there."""
    upcoming: dict[uuid.UUID, Task] = {}
    for task in tasks:
        if task.security_model_id is not None and task.mine:
            upcoming.setdefault(task.security_model_id, task)
    return upcoming


#: (access, security model) -> what the app shows at a glance.
glance_for: Provider[[Access, Any], Glance] = Provider("glance_for")


@dataclass(frozen=True)
class DatedAccount:
    """A C-TPAT account whose due dates the reader gets, in words that tell it from others."""

    security_model_id: uuid.UUID
    words: str


#: (access) -> dates of all accounts of the reader.
dates_for: Provider[[Access], list[DueDate]] = Provider("dates_for")


#: (access) -> the accounts whose dates the reader gets, also those without a date today.
dated_accounts_for: Provider[[Access], list[DatedAccount]] = Provider("dated_accounts_for")


def dated_accounts_of(access: Access) -> list[DatedAccount]:
    """All accounts whose dates the reader gets, by their words."""
    found = [one for accounts in dated_accounts_for(access.remembering()) for one in accounts]
    return sorted(found, key=lambda one: (one.words, one.security_model_id))


def dates_of(access: Access) -> list[DueDate]:
    """All due dates of the reader, the earliest first."""
    found = [one for dates in dates_for(access.remembering()) for one in dates]
    return sorted(found, key=lambda one: (one.on, one.account_name, one.key))
