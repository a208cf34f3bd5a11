"""Gathers what the apps know about the reader's accounts: tasks, and at a glance.

Every question goes to all apps at once (``core.contributions``), so the number of statements does
not grow with the number of accounts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from audit.selectors import Entry, events_for, timeline
from audit.services import model_scope
from core import clock
from core.access import Access
from core.contributions import Fact, Section, Task, glance_for, tasks_of
from core.days import SOON_DAYS, days_left
from security_models.models import SecurityModel

EVENTS_AT_A_GLANCE = 5


# --- tasks ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A task as the task list draws it."""

    task: Task

    @property
    def title(self) -> Any:
        """What must be done."""
        return self.task.title

    url = property(attrgetter("task.url"))
    note = property(attrgetter("task.note"))
    who = property(attrgetter("task.who"))
    status = property(attrgetter("task.status"))

    @property
    def status_label(self) -> Any:
        """The app's own words for the status, if it has better ones."""
        return self.task.status_note

    @property
    def due(self) -> str:
        """The due date in words, with the days that are left."""
        return due_words(self.task.due) if self.task.due is not None else ""

    @property
    def late(self) -> bool:
        """Whether the due date has passed."""
        return self.task.due is not None and self.task.due < clock.today()

    @property
    def soon(self) -> bool:
        """Whether the due date is near."""
        due = self.task.due
        return due is not None and 0 <= (due - clock.today()).days <= SOON_DAYS


@dataclass(frozen=True)
class Group:
    """The tasks of one account."""

    name: str
    tasks: list[Row]


def due_words(day: dt.date) -> str:
    """A due date with the days that are left."""
    left = days_left(day, clock.today())
    return _("Due %(date)s, %(days)s") % {"date": written(day), "days": left}


def written(day: dt.date) -> str:
    """A program date: Nov 30, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def tasks_by_account(access: Access, trade_account_id: uuid.UUID | None) -> list[Group]:
    """The task page: within each account, what the reader can do comes first."""
    groups: dict[str, list[Task]] = {}
    for task in tasks_of(access, trade_account_id):
        groups.setdefault(task.account_name, []).append(task)
    return [Group(name, rows(tasks)) for name, tasks in groups.items()]


def with_company(task: Task) -> Task:
    """A task that names its company, for readers who work in several."""
    note, name = str(task.note), task.account_name
    if not name or name in note:
        return task
    return replace(task, note=f"{name}: {note}" if note else name)


def rows(tasks: Iterable[Task]) -> list[Row]:
    """Tasks ready to draw; the reader's own come first."""
    return [Row(task) for task in sorted(tasks, key=lambda task: not task.mine)]


# --- at a glance ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class AtAGlance:
    """What the at-a-glance page of a model shows (S6)."""

    model: SecurityModel
    next: Task | None
    facts: list[Fact]
    sections: list[Section]
    tasks: list[Row]
    events: list[Entry]


def at_a_glance(access: Access) -> AtAGlance:
    """Facts, sections and open work of the current model, from all apps."""
    model = access.security_model
    glances = list(glance_for(access, model))
    tasks = [t for t in tasks_of(access, model.trade_account_id) if t.security_model_id == model.pk]
    newest = events_for(model_scope(model.pk), access=access)[:EVENTS_AT_A_GLANCE]
    return AtAGlance(
        model=model,
        next=next((task for task in tasks if task.mine), None),
        facts=[fact for glance in glances for fact in glance.facts],
        sections=sorted(
            (section for glance in glances for section in glance.sections),
            key=attrgetter("position"),
        ),
        tasks=[Row(task) for task in tasks],
        events=list(timeline(list(newest))),
    )
