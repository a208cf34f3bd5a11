"""What a company saw of a partner's status over time (SVI5, SVI7)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.days import day
from core.program_days import DAY
from svi.models import SeenChange, SeenType
from svi.states import SharedStatus

#: How far a bar goes back, and how wide it is drawn.
BAR_MONTHS = 24
BAR_WIDTH = 172


@dataclass(frozen=True)
class StatusLine:
    """A status of one business type, from a day on."""

    type: str
    number: str
    status: SharedStatus
    on: dt.date

    @property
    def label(self) -> Any:
        """The status in words."""
        return self.status.label


@dataclass(frozen=True)
class Period:
    """Days, both included, on which a status stood; None: one did not see any."""

    status: SharedStatus | None
    first: dt.date
    last: dt.date

    @property
    def label(self) -> Any:
        """The status in words."""
        return self.status.label if self.status else _("Not monitored")

    @property
    def words(self) -> str:
        """The status with its days."""
        given = {"status": self.label, "first": day(self.first), "last": day(self.last)}
        return _("%(status)s from %(first)s to %(last)s") % given


@dataclass(frozen=True)
class Part:
    """A part of a bar: where it begins, how wide it is, and the status; empty without one."""

    x: int
    width: int
    status: str


@dataclass(frozen=True)
class Bar:
    """The status of a partner over time, drawn and in words."""

    parts: tuple[Part, ...]
    words: str


def months_ago(today: dt.date, months: int = BAR_MONTHS) -> dt.date:
    """The first day of the month so many months ago."""
    before = today.year * 12 + today.month - 1 - months
    return dt.date(before // 12, before % 12 + 1, 1)


def history_of(partner: Any, changes: Sequence[SeenChange]) -> list[StatusLine]:
    """The changes since the acceptance, newest first, and the status that stood then."""
    types = {one.type_account_id: one for one in partner.types}
    return [
        _line(types[one.type_account_id], one)
        for one in sorted(changes, key=lambda one: (one.at, str(one.pk)), reverse=True)
        if one.type_account_id in types
    ]


def status_on(partner: Any, changes: Sequence[SeenChange], on: dt.date) -> list[StatusLine]:
    """The status of each type at the end of a day; none before monitoring was accepted, and none of
    days to come.
    """
    if partner.accepted_at is None or not (
        clock.program_date(partner.accepted_at) <= on <= clock.today()
    ):
        return []
    types = {one.type_account_id: one for one in partner.types}
    newest: dict[uuid.UUID, SeenChange] = {}
    for one in sorted(changes, key=lambda one: one.at):
        if one.on <= on and one.type_account_id in types:
            newest[one.type_account_id] = one
    return [_line(types[pk], one) for pk, one in newest.items()]


def periods_of(
    partner: Any, changes: Sequence[SeenChange], since: dt.date, today: dt.date
) -> list[Period]:
    """How long the status of a partner was what, from one day to another, oldest first.

    The partner is Certified while each of its types that one sees is. Before monitoring was
    accepted there is no status.
    """
    if partner.accepted_at is None or not partner.types:
        return [Period(None, since, today)]
    begins = clock.program_date(partner.accepted_at)
    seen = {one.type_account_id for one in partner.types}
    states: dict[uuid.UUID, bool] = {}
    on: dict[dt.date, bool] = {}
    for one in sorted(changes, key=lambda one: (one.at, str(one.pk))):
        if one.type_account_id in seen:
            states[one.type_account_id] = one.is_certified
            on[max(one.on, begins)] = all(states.values())
    found = [Period(None, since, today)]
    for first, is_certified in on.items():
        status = SharedStatus.of(is_certified)
        if status == found[-1].status:
            continue
        if first <= found[-1].first:
            found[-1] = replace(found[-1], status=status)
        else:
            found[-1:] = [replace(found[-1], last=first - DAY), Period(status, first, today)]
    return found


def bar_of(periods: Sequence[Period]) -> Bar:
    """The periods as parts of a bar, and in words."""
    first, last = periods[0].first, periods[-1].last
    days = (last - first).days + 1
    parts = []
    for one in periods:
        x = (one.first - first).days * BAR_WIDTH // days
        end = ((one.last - first).days + 1) * BAR_WIDTH // days
        parts.append(Part(x, max(end - x, 1), one.status.value if one.status else ""))
    return Bar(tuple(parts), "; ".join(one.words for one in periods))


def _line(kind: SeenType, change: SeenChange) -> StatusLine:
    status = SharedStatus.of(change.is_certified)
    return StatusLine(kind.name, kind.number, status, change.on)
