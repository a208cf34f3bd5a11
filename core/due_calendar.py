"""The due-date calendar: how much is due in each month of the next year, as numbers for an SVG.

A month is a value of the filter ``due`` in the address of the list below the chart, so each bar
opens what it counts. The template needs no arithmetic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from core.program_days import DAY

#: This month, the rest of it, and the twelve after it.
MONTHS = 13
LATE = "late"
#: The drawing, in its own units: the width of a column, of its bar, and the highest bar.
COLUMN, BAR, HIGHEST, TOP = 44, 30, 90, 16
#: The highest bar stands for at least so many, so that a single due date does not tower.
SCALE = 4


@dataclass(frozen=True)
class Period:
    """What passed (``late``) or one month: its value in the address, and its days."""

    value: str
    first: dt.date
    last: dt.date

    @property
    def words(self) -> str:
        """The period in words: "Late" or "Dec 2026"."""
        return _("Late") if self.value == LATE else str(date_format(self.first, "M Y"))


def periods(today: dt.date) -> list[Period]:
    """What is late, then the months from today on."""
    found = [Period(LATE, dt.date.min, today - DAY)]
    first = today
    for _number in range(MONTHS):
        following = (first.replace(day=1) + 31 * DAY).replace(day=1)
        found.append(Period(f"{first:%Y-%m}", first, following - DAY))
        first = following
    return found


def period_of(value: str) -> Period | None:
    """The period of a value in an address; None for any other value."""
    return next((one for one in periods(clock.today()) if one.value == value), None)


def choices() -> Sequence[tuple[str, str]]:
    """The periods as choices of a filter."""
    return [(one.value, one.words) for one in periods(clock.today())]


@dataclass(frozen=True)
class Column:
    """One period of the chart: its count, the address of its list, and the positions of its
    parts.
    """

    words: str
    label: str
    year: str
    count: int
    query: str
    is_late: bool
    x: int
    middle: int
    bar_x: int
    bar_y: int
    bar_height: int
    count_y: int


@dataclass(frozen=True)
class DueCalendar:
    """The chart."""

    columns: tuple[Column, ...]
    total: int
    late: int
    soon: int


def _below(period: str) -> str:
    """The address of the list below the chart with its filter."""
    return f"?due={period}"


def due_calendar(dates: Iterable[dt.date]) -> DueCalendar:
    """The chart of some due dates."""
    return counted_calendar((day, 1) for day in dates)


def counted_calendar(
    counts: Iterable[tuple[dt.date, int]], address: Callable[[str], str] = _below
) -> DueCalendar:
    """The chart of due dates of which each day has so many. Later ones are not in it.

    ``address`` gives the address of the list of a period: that below the chart, or another one.
    """
    spans = periods(clock.today())
    found = [0] * len(spans)
    for day, count in counts:
        for place, span in enumerate(spans):
            if span.first <= day <= span.last:
                found[place] += count
    columns = tuple(_columns(spans, found, address))
    return DueCalendar(columns, total=sum(found), late=found[0], soon=found[1])


def _columns(
    spans: Sequence[Period], counts: Sequence[int], address: Callable[[str], str]
) -> Iterator[Column]:
    """A single due date is never too low to be seen."""
    unit = HIGHEST / max(*counts, SCALE)
    for place, (span, count) in enumerate(zip(spans, counts, strict=True)):
        x = place * COLUMN
        height = max(6, round(count * unit)) if count else 0
        is_late = span.value == LATE
        names_year = place in {1, MONTHS} or span.first.month == 1
        yield Column(
            words=span.words,
            label=span.words if is_late else str(date_format(span.first, "M")),
            year=str(span.first.year) if names_year and not is_late else "",
            count=count,
            query=address(span.value),
            is_late=is_late,
            x=x,
            middle=x + COLUMN // 2,
            bar_x=x + (COLUMN - BAR) // 2,
            bar_y=TOP + HIGHEST - height,
            bar_height=height,
            count_y=TOP + HIGHEST - height - 4,
        )
