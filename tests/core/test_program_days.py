"""Arithmetic of program days, over every day from 1970 to 2100 (P11)."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings

from core.program_days import DAY, add_years, after_period, latest_start, next_anniversary

FIRST, LAST = dt.date(1970, 1, 1), dt.date(2100, 12, 31)


def every_day() -> Iterator[dt.date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += DAY


def periods() -> list[tuple[int, str]]:
    """Each length that a clock of the program has, if it ends with a day."""
    path = settings.REFERENCE_DIR / "program" / "clocks.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        found = {(int(row["length"]), row["unit"]) for row in csv.DictReader(handle)}
    return sorted(one for one in found if one[1] in {"days", "years", "same_day"})


@pytest.mark.parametrize(("length", "unit"), periods())
def test_p11_a_period_is_over_as_long_after_its_start_on_every_day(length: int, unit: str) -> None:
    for start in every_day():
        end = after_period(start, length, unit)
        if unit == "years":
            is_leap_day = (start.month, start.day) == (2, 29)
            there = end.month == start.month and end.day == start.day
            assert there or (is_leap_day and (end.month, end.day) == (2, 28))
            assert end.year == start.year + length
        else:
            assert (end - start).days == (length if unit == "days" else 1)


@pytest.mark.parametrize(("length", "unit"), periods())
def test_p11_exactly_the_periods_from_the_latest_start_on_are_over(length: int, unit: str) -> None:
    for day in every_day():
        latest = latest_start(day, length, unit)
        assert after_period(latest, length, unit) <= day < after_period(latest + DAY, length, unit)


def test_p11_a_period_in_hours_does_not_end_with_a_day() -> None:
    with pytest.raises(ValueError, match="hours"):
        after_period(FIRST, 24, "hours")


def test_p11_a_leap_day_comes_back_in_leap_years_only() -> None:
    certified = dt.date(2028, 2, 29)
    days = [add_years(certified, years) for years in range(1, 9)]
    assert [f"{day:%m-%d}" for day in days] == [
        "02-28", "02-28", "02-28", "02-29", "02-28", "02-28", "02-28", "02-29",
    ]  # fmt: skip


@pytest.mark.parametrize("after", [0, 1, 364, 365, 366, 1460, 1461, 10_000])
def test_p13_the_next_anniversary_is_the_first_that_is_not_over(after: int) -> None:
    for start in every_day():
        today = start + dt.timedelta(days=after)
        found = next_anniversary(start, today)
        years = found.year - start.year
        assert years >= 1 and found >= today and found == add_years(start, years)
        assert years == 1 or add_years(start, years - 1) < today
