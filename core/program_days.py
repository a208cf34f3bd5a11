"""Arithmetic of program days: periods, anniversaries, the last day of what falls due (P11).

Pure functions of dates. A year after February 29 is February 28, and later years are counted from
the first date, so that February 29 comes back in leap years.
"""

from __future__ import annotations

import datetime as dt

DAY = dt.timedelta(days=1)


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day some years later; February 29 becomes February 28 (P11)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def next_anniversary(start: dt.date, today: dt.date) -> dt.date:
    """The first anniversary of ``start`` that is today or later; never ``start`` itself."""
    years = max(1, today.year - start.year)
    day = add_years(start, years)
    return day if day >= today else add_years(start, years + 1)


def after_period(start: dt.date, length: int, unit: str) -> dt.date:
    """The first program day after a period of days or years, or after the day itself.

    A period within one day ends at the midnight that ends the day.
    """
    if unit == "same_day":
        return start + DAY
    if unit == "days":
        return start + dt.timedelta(days=length)
    if unit == "years":
        return add_years(start, length)
    raise ValueError(f"a period in {unit} does not end with a program day")


def latest_start(day: dt.date, length: int, unit: str) -> dt.date:
    """The latest start of a period after which ``day`` or an earlier day comes first.

    The reverse of :func:`after_period`: periods that start later are not over on ``day``.
    """
    if unit != "years":
        return day - (after_period(day, length, unit) - day)
    start = add_years(day, -length)
    # February 29 comes after February 28, and in other years both have the same anniversary.
    return start + DAY if add_years(start + DAY, length) <= day else start
