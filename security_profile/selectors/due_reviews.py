"""Finds the annual reviews for which a sweep has something to do (P10, P11, P13).

A few statements, however many accounts there are: the days that are served now give certification
dates, an index finds the accounts with these, and one more statement reads what was done for them.
Whoever serves a review reads it again under the lock, and compares its date there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any

from django.db.models import Min, Q, QuerySet

from audit.models import Event
from audit.scopes import Scope
from audit.selectors import moves_since, served_until
from core import clock
from core.compiled import any_of
from core.program_days import DAY
from security_models.models import BusinessTypeAccount
from security_models.states import CERTIFIED_STATUSES, BusinessTypeStatus
from security_profile.facts.annual_reviews import (
    ESCALATION,
    WINDOW,
    Cycle,
    anchor_of,
    cycle_on,
    state_of_review,
)
from security_profile.facts.due_days import certified_for, due_days
from security_profile.models import AnnualReview
from security_profile.states import DUE_REVIEW, ReviewState, SubmissionStatus

#: So many accounts are looked at together.
TOGETHER = 1000
STAFF_ROLES = ("scss", "management", "program_admin", "helpdesk")
#: The event of a reminder (``events``).
REMINDED = "security_profile.review_reminded"


@dataclass(frozen=True)
class DueReview:
    """A review that waits for a sweep. ``reference`` names its account to operators."""

    model_id: uuid.UUID
    reference: str
    cycle: Cycle


@dataclass(frozen=True)
class _Account:
    model_id: uuid.UUID
    reference: str
    anchor: dt.date


Row = dict[str, Any]


def to_remind(sweep: str) -> Iterator[DueReview]:
    """Reviews that wait for the company and whose newest reminder was not sent."""
    today, offsets = clock.today(), clock.clock(WINDOW).reminder_offsets
    for account, rows in _accounts(sweep, offsets):
        cycle = cycle_on(account.anchor, today)
        row = rows.get(cycle.due_on)
        newest = clock.clock(WINDOW).last_reminder(cycle.due_on, today)
        reminded = row["reminded"] if row else None
        is_new = newest is not None and (reminded is None or reminded < newest)
        if is_new and _state(cycle, row) in DUE_REVIEW:
            yield DueReview(account.model_id, account.reference, cycle)


def to_escalate(sweep: str) -> Iterator[DueReview]:
    """Overdue reviews that are escalated to management soon or now, and are not yet."""
    today, escalation = clock.today(), clock.clock(ESCALATION)
    of_last_day = (escalation.due(today) - today).days - 1
    offsets = [of_last_day + one for one in escalation.reminder_offsets]
    for account, rows in _accounts(sweep, offsets):
        cycle = cycle_on(account.anchor, today)
        row = rows.get(cycle.due_on)
        is_near = cycle.due_on + min(offsets) * DAY <= today
        is_there = row is not None and row["escalated_on"] is not None
        if is_near and not is_there and _state(cycle, row) == ReviewState.OVERDUE:
            yield DueReview(account.model_id, account.reference, cycle)


def to_close(sweep: str) -> Iterator[DueReview]:
    """The newest of the missed reviews of each account whose next window has opened."""
    window = (clock.clock(WINDOW).due(clock.today()) - clock.today()).days
    for account, rows in _accounts(sweep, [-window]):
        missed = missed_cycles(account.anchor, rows)
        if missed:
            yield DueReview(account.model_id, account.reference, missed[-1])


def missed_cycles(anchor: dt.date, rows: dict[dt.date, Row]) -> list[Cycle]:
    """The cycles that ended without a submission and are not recorded as closed, oldest first."""
    found = []
    for cycle in reversed(cycle_on(anchor, clock.today()).earlier()):
        row = rows.get(cycle.due_on)
        is_closed = row is not None and row["closed_on"] is not None
        if not is_closed and _state(cycle, row) == ReviewState.CLOSED_UNFULFILLED:
            found.append(cycle)
    return found


def _state(cycle: Cycle, row: Row | None) -> ReviewState:
    status = row["submission__status"] or "" if row else ""
    return state_of_review(cycle, clock.today(), status)


# --- accounts -------------------------------------------------------------------------------------


def _accounts(sweep: str, offsets: Iterable[int]) -> Iterator[tuple[_Account, dict[dt.date, Row]]]:
    """The accounts of which one of these offsets was reached since the sweep last served all, or
    whose review may be open again since, with what is recorded of their reviews by due day.
    """
    today = clock.today()
    since = served_until(sweep, today)
    due = due_days(since, today, offsets)
    accounts = anchored(due)
    if since is not None and due is not None:
        accounts = chain(accounts, reopened(since))
    while some := list(islice(accounts, TOGETHER)):
        recorded = rows_of([one.model_id for one in some])
        for account in some:
            yield account, recorded.get(account.model_id, {})


def anchored(due: Iterable[dt.date] | None) -> Iterator[_Account]:
    """Certified accounts of which a business type has an anniversary on one of these days; all for
    None. The first of their dates counts, also of a type that has ended (P13).
    """
    rows = certified_types(due)
    if rows is not None:
        yield from _grouped(rows)


def reopened(since: dt.date) -> Iterator[_Account]:
    """Certified accounts of which a submission was withdrawn or a business type reinstated since a
    day: the days of their clocks may have passed meanwhile.
    """
    withdrawn = Q(thing="submission", after=SubmissionStatus.WITHDRAWN)
    reinstated = Q(
        thing="business_type_account",
        before__in=[BusinessTypeStatus.SUSPENDED, BusinessTypeStatus.REMOVED],
        after__in=sorted(CERTIFIED_STATUSES),
    )
    moved = moves_since(since).filter(withdrawn | reinstated).values_list("scope_id", flat=True)
    models = sorted({one for one in moved if one is not None})
    if models:
        dated = BusinessTypeAccount.objects.filter(certified_on__isnull=False)
        yield from _grouped(dated.filter(any_of("security_model", models)))


def _grouped(rows: QuerySet[BusinessTypeAccount]) -> Iterator[_Account]:
    """The accounts of these types, each with its first date, if one of its types is certified."""
    rows = rows.select_related("security_model").order_by("security_model_id")
    rows = rows.only("status", "certified_on", "security_model__reference")
    every = rows.iterator(chunk_size=2 * TOGETHER)
    for model_id, types in groupby(every, key=lambda one: one.security_model_id):
        own = list(types)
        anchor = anchor_of((one.status, one.certified_on) for one in own)
        if anchor is not None:
            yield _Account(model_id, own[0].security_model.reference, anchor)


def certified_types(due: Iterable[dt.date] | None) -> QuerySet[BusinessTypeAccount] | None:
    """All types with a date of the accounts that :func:`anchored` looks at; None without any."""
    certified = BusinessTypeAccount.objects.filter(certified_on__isnull=False)
    if due is None:
        return certified
    every = BusinessTypeAccount.objects.aggregate(earliest=Min("certified_on"))
    if every["earliest"] is None:
        return None
    days = sorted(certified_for(due, every["earliest"]))
    return certified.filter(
        security_model__in=certified.filter(certified_on__in=days).values("security_model")
    )


def rows_of(models: list[uuid.UUID]) -> dict[uuid.UUID, dict[dt.date, Row]]:
    """What is recorded of the reviews of some accounts: account -> due day -> row; one query."""
    rows = AnnualReview.objects.filter(security_model__in=models)
    found: dict[uuid.UUID, dict[dt.date, Row]] = {}
    for row in rows.values(
        "security_model_id",
        "due_on",
        "reminded",
        "escalated_on",
        "closed_on",
        "submission__status",
    ):
        found.setdefault(row["security_model_id"], {})[row["due_on"]] = {**row}
    return found


# --- what management is told ----------------------------------------------------------------------


def last_contact(scope: Scope) -> dt.date | None:
    """The day on which a person of the company last did something in the account."""
    acts = Event.objects.filter(scope_kind=scope.kind, scope_id=scope.id, actor_id__isnull=False)
    newest = acts.exclude(actor_role__in=STAFF_ROLES).order_by("-at").first()
    return clock.program_date(newest.at) if newest is not None else None


def reminded_on(scope: Scope, review: AnnualReview) -> list[dt.date]:
    """The days on which the company was reminded of a review."""
    events = Event.objects.filter(scope_kind=scope.kind, scope_id=scope.id, kind=REMINDED)
    times = events.filter(subject_id=review.pk).order_by("at").values_list("at", flat=True)
    return list(dict.fromkeys(map(clock.program_date, times)))
