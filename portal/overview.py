"""Gathers what the apps know about the reader's accounts: portfolio, tasks, at a glance.

Every question goes to all apps at once (``core.contributions``), so the number of statements does
not grow with the number of accounts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors import Entry, events_for, timeline
from audit.services import model_scope
from core import clock, due_calendar
from core.access import Access
from core.contributions import (
    DueDate,
    Fact,
    Section,
    Task,
    dates_of,
    glance_for,
    next_by_model,
    tasks_of,
)
from core.days import SOON_DAYS, days_left, due_tone
from core.list_pages import Rows
from core.listing import Column, Filter, Listing, ListPage
from security_models import page_links
from security_models.grants import with_identity_types
from security_models.models import SecurityModel, StaffAssignment
from security_models.selectors import of_status
from security_models.states import BusinessTypeStatus
from trade_accounts.states import MembershipState

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
        return _due_words(self.task.due) if self.task.due is not None else ""

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


def _due_words(day: dt.date) -> str:
    """A due date with the days that are left."""
    left = days_left(day, clock.today())
    return _("Due %(date)s, %(days)s") % {"date": _date(day), "days": left}


def _date(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def tasks_by_account(access: Access, trade_account_id: uuid.UUID | None) -> list[Group]:
    """The task page: within each account, what the reader can do comes first."""
    groups: dict[str, list[Task]] = {}
    for task in tasks_of(access, trade_account_id):
        groups.setdefault(task.account_name, []).append(task)
    return [Group(name, rows(tasks)) for name, tasks in groups.items()]


def rows(tasks: Iterable[Task]) -> list[Row]:
    """Tasks ready to draw; the reader's own come first."""
    return [Row(task) for task in sorted(tasks, key=lambda task: not task.mine)]


# --- portfolio ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Portfolio:
    """The home page of a trade user."""

    page: ListPage
    figures: list[dict[str, Any]]
    next_by_model: Mapping[uuid.UUID, Task]
    own_tasks: list[Row]
    due: due_calendar.DueCalendar
    filtered_by: Mapping[uuid.UUID, list[DueDate]]

    def lines(self) -> list[AccountLine]:
        """The models of this page, each with its next step, and with the due dates for which the
        filter found it.
        """
        return [
            _line(model, self.next_by_model.get(model.pk), self.filtered_by.get(model.pk, ()))
            for model in self.page.page
        ]


@dataclass(frozen=True)
class TypeWords:
    """A business type of an account: its name, its account number, the code of its status."""

    name: str
    number: str
    status: str


@dataclass(frozen=True)
class NextWords:
    """The next step for an account, or what is due; ``tone`` is the class of its due date."""

    url: str
    title: str
    due: str
    tone: str


@dataclass(frozen=True)
class AccountLine:
    """One line of the portfolio in words, with its links."""

    url: str
    name: str
    reference: str
    types: tuple[TypeWords, ...]
    scss: str
    started: str
    next: NextWords | None
    dates: tuple[NextWords, ...]


def _line(model: Any, task: Task | None, dates: Iterable[DueDate]) -> AccountLine:
    """The line of an account; a date that is that of the next step is not named twice."""
    return AccountLine(
        url=page_links.glance(model),
        name=model.trade_account.name,
        reference=model.reference,
        types=tuple(
            TypeWords(one["name"], one["number"] or "", one["status"])
            for one in model.identity_types
        ),
        scss=model.scss_name or "",
        started=_date(model.started_on),
        next=_next(Row(task)) if task else None,
        dates=tuple(
            _due_date(one)
            for one in dates
            if task is None or (one.url, one.on) != (task.url, task.due)
        ),
    )


def _due_date(one: DueDate) -> NextWords:
    left = (one.on - clock.today()).days
    return NextWords(one.url, str(one.title), _due_words(one.on), due_tone(left))


def _next(row: Row) -> NextWords:
    tone = "late" if row.late else "soon" if row.soon else ""
    return NextWords(row.url, str(row.title), row.due, tone)


def _types(model: Any) -> str:
    return "; ".join(
        f"{one['name']}: {BusinessTypeStatus(one['status']).label}" for one in model.identity_types
    )


def _numbers(model: Any) -> str:
    return "; ".join(one["number"] for one in model.identity_types if one["number"])


def _by_name(models: QuerySet[Any], words: str) -> QuerySet[Any]:
    matches = models.filter(trade_account__name__icontains=words)
    numbers = models.filter(business_types__account_number__startswith=words)
    references = models.filter(reference__iexact=words)
    return models.filter(pk__in=(matches | numbers | references).values("pk"))


PORTFOLIO = Listing(
    columns=[
        Column(
            "account",
            gettext_lazy("Trade account"),
            attrgetter("trade_account.name"),
            sort=["trade_account__name"],
        ),
        Column("reference", gettext_lazy("C-TPAT account"), attrgetter("reference"), ["reference"]),
        Column("types", gettext_lazy("Business types"), _types),
        Column("scss", gettext_lazy("SCSS"), attrgetter("scss_name"), ["scss_name"]),
        Column("started", gettext_lazy("Started"), attrgetter("started_on"), ["started_on"]),
    ],
    filters=[
        Filter("q", gettext_lazy("Name, account number or reference"), _by_name),
        Filter(
            "status",
            gettext_lazy("Status"),
            of_status,
            choices=lambda: BusinessTypeStatus.choices,
        ),
    ],
    sort="account",
    beneath=[Column("number", gettext_lazy("Account number"), _numbers)],
    page_size=50,
)


def portfolio(access: Access, params: Any) -> Portfolio:
    """The reader's models with figures drawn from their tasks."""
    access = access.remembering()
    tasks, dates = tasks_of(access, None), dates_of(access)
    upcoming = next_by_model(tasks)
    filtered_by = _by_model(dates, params.get("due", ""))
    listing = replace(
        PORTFOLIO,
        filters=[*PORTFOLIO.filters, _due_in(dates)],
        beneath=[*PORTFOLIO.beneath, _next_step(upcoming), _dates_in(filtered_by)],
    )
    models = Rows(_portfolio_models(clock.today()), {"user_id": access.user_id})
    # The filter by due dates names ids of this reader, so its statement is not kept.
    page = listing.show(models() if params.get("due") else models, params)
    own = [task for task in tasks if task.mine and task.security_model_id is None]
    calendar = due_calendar.due_calendar(one.on for one in dates)
    return Portfolio(page, _figures(tasks), upcoming, rows(own), calendar, filtered_by)


def _due_in(dates: Iterable[DueDate]) -> Filter:
    """The filter that keeps the accounts with one of these due dates in a period."""

    def narrow(models: QuerySet[Any], value: str) -> QuerySet[Any]:
        return models.filter(pk__in=_by_model(dates, value))

    return Filter("due", gettext_lazy("Month due"), narrow, due_calendar.choices)


def _by_model(dates: Iterable[DueDate], value: str) -> dict[uuid.UUID, list[DueDate]]:
    """The dates in a period of the calendar, by their accounts; none for any other value."""
    period = due_calendar.period_of(value)
    found: dict[uuid.UUID, list[DueDate]] = {}
    for one in dates:
        if period is not None and period.first <= one.on <= period.last:
            found.setdefault(one.security_model_id, []).append(one)
    return found


@lru_cache(maxsize=4)
def _portfolio_models(_day: dt.date) -> Callable[[uuid.UUID], QuerySet[SecurityModel]]:
    """The models in which someone is a contact, with the columns of the list, on a program day."""

    def make(user_id: uuid.UUID) -> QuerySet[SecurityModel]:
        models = SecurityModel.objects.filter(
            contacts__membership__user_id=user_id,
            contacts__membership__state=MembershipState.ACTIVE,
        )
        models = models.select_related("trade_account").only(
            "reference", "started_on", "trade_account__name"
        )
        return with_identity_types(models).annotate(scss_name=_scss_name())

    return make


def _next_step(upcoming: Mapping[uuid.UUID, Task]) -> Column:
    """The reader's next step for each row of an export."""

    def words(model: Any) -> str:
        task = upcoming.get(model.pk)
        row = Row(task) if task else None
        return ", ".join(part for part in (str(row.title), row.due) if part) if row else ""

    return Column("next", gettext_lazy("Next step"), words)


def _dates_in(dates: Mapping[uuid.UUID, list[DueDate]]) -> Column:
    """The due dates for which the filter found a row, for an export."""

    def words(model: Any) -> str:
        found = dates.get(model.pk, ())
        return "; ".join(f"{one.title}, {_due_words(one.on)}" for one in found)

    return Column("dates", gettext_lazy("Due dates"), words)


def _scss_name() -> Subquery:
    open_assignment = StaffAssignment.objects.filter(
        security_model=OuterRef("pk"), ended_at__isnull=True
    )
    name = Concat("staff__first_name", Value(" "), "staff__last_name")
    return Subquery(open_assignment.values(name=name)[:1])


def _figures(tasks: list[Task]) -> list[dict[str, Any]]:
    """The big numbers at the top; each links to the tasks that it counts."""
    today = clock.today()
    mine = [task for task in tasks if task.mine]
    returned = sum(task.status == "returned" for task in mine)
    due = sum(task.due is not None and (task.due - today).days <= SOON_DAYS for task in mine)
    others = len(tasks) - len(mine)
    figures = [
        {"count": len(mine), "label": _("Tasks for you"), "hot": False},
        {"count": due, "label": _("Due within two weeks"), "hot": bool(due)},
        {"count": returned, "label": _("Returned to you"), "hot": bool(returned)},
        {"count": others, "label": _("Waiting for others"), "hot": False},
    ]
    return [{**figure, "url": "/tasks"} for figure in figures]


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
