"""Which certification dates a day of a yearly clock belongs to: pure functions of dates (P11).

A sweep looks up the few certification dates for which something is due, so that its cost does not
grow with what exists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core.program_days import DAY, add_years

#: If a sweep stood still for longer, every anniversary has passed.
A_YEAR = dt.timedelta(days=366)


def due_days(since: dt.date | None, today: dt.date, offsets: Iterable[int]) -> set[dt.date] | None:
    """The due days of which an offset was reached from ``since`` to ``today``; None for all.

    ``offsets`` are days relative to the due day. ``since`` is None if nobody knows what was served.
    """
    if since is None or since > today or today - since >= A_YEAR:
        return None
    days = [since + number * DAY for number in range((today - since).days + 1)]
    return {day - offset * DAY for day in days for offset in offsets}


def certified_for(due: Iterable[dt.date], earliest: dt.date) -> set[dt.date]:
    """The certification dates from ``earliest`` on that have an anniversary on one of these days.

    On February 28 of a year that is no leap year this includes February 29 of earlier years.
    """
    return {
        start
        for day in due
        for years in range(1, day.year - earliest.year + 1)
        for start in _starts(day, years)
        if start >= earliest
    }


def _starts(day: dt.date, years: int) -> list[dt.date]:
    """The days whose anniversary after so many years is ``day``: none, one or two."""
    start = add_years(day, -years)
    return [one for one in (start, start + DAY) if add_years(one, years) == day]
