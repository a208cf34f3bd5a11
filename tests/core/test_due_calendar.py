"""The due-date calendar: which month a day counts in, and what is drawn."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.due_calendar import choices, due_calendar, period_of, periods

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2099, 12, 31))


@given(DAYS)
def test_the_periods_hold_each_day_up_to_a_year_from_today_once(today: dt.date) -> None:
    spans = periods(today)
    for before, after in pairwise(spans):
        assert after.first == before.last + dt.timedelta(days=1)
    assert spans[0].last == today - dt.timedelta(days=1)
    assert spans[-1].last >= today + dt.timedelta(days=365)
    assert len({one.value for one in spans}) == len(spans) == 14


def test_what_passed_is_late_and_what_is_due_today_is_due_this_month() -> None:
    with clock.at(dt.date(2026, 11, 27)):
        found = due_calendar(
            [
                dt.date(2020, 1, 1),
                dt.date(2026, 11, 26),
                dt.date(2026, 11, 27),
                dt.date(2027, 11, 30),
            ]
        )
        counts = [one.count for one in found.columns]
        assert counts == [2, 1, *[0] * 11, 1]
        assert (found.late, found.soon, found.total) == (2, 1, 4)
        assert [one.label for one in found.columns[:4]] == ["Late", "Nov", "Dec", "Jan"]
        assert [one.year for one in found.columns[:4]] == ["", "2026", "", "2027"]
        assert (found.columns[-1].label, found.columns[-1].year) == ("Nov", "2027")


def test_each_bar_opens_its_period() -> None:
    with clock.at(dt.date(2026, 11, 27)):
        for one, (value, words) in zip(due_calendar([]).columns, choices(), strict=True):
            assert one.query == f"?due={value}" and one.words == words
        december = period_of("2026-12")
        assert december is not None
        assert (december.first, december.last) == (dt.date(2026, 12, 1), dt.date(2026, 12, 31))
        assert period_of("2026-10") is None and period_of("") is None


def test_what_is_due_after_the_last_month_is_not_in_the_calendar() -> None:
    with clock.at(dt.date(2026, 11, 27)):
        assert due_calendar([dt.date(2027, 12, 1)]).total == 0


@given(st.lists(st.integers(0, 400), max_size=60))
def test_the_picture_never_hides_a_single_due_date(ahead: list[int]) -> None:
    with clock.at(dt.date(2026, 11, 27)):
        dates = [clock.today() + dt.timedelta(days=days) for days in ahead] + [clock.today()] * 500
        found = due_calendar(dates)
        for one in found.columns:
            assert (one.bar_height >= 6) == (one.count > 0)
            assert one.count_y >= 12 and one.bar_y + one.bar_height == 106 and one.x < 616
