"""The base of a sweep over a clock; a second clock takes only these few lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings

from audit.models import SweepRun
from audit.sweeps import ClockSweep
from core import clock

pytestmark = pytest.mark.django_db


class Diary:
    """A thing with a start date that records its reminders."""

    def __init__(self, start: dt.date) -> None:
        self.start = start
        self.told: list[Any] = []

    def remind(self, offset: int) -> bool:
        """Each offset is reminded once."""
        if offset in self.told:
            return False
        self.told.append(offset)
        return True


def sweep_of(diaries: list[Diary], code: str) -> ClockSweep:
    """A clock over diaries."""
    return ClockSweep(
        name="diaries",
        clock=code,
        running=lambda latest: [(one, one.start) for one in diaries if one.start <= latest],
        remind=lambda one, due, offset: one.remind(offset),
        over=lambda one, due: one.remind(99),
    )


def serve(sweep: ClockSweep, day: dt.date) -> SweepRun:
    with clock.at(day):
        run = sweep.run()
    assert run is not None
    return run


def test_a_clock_in_years_reminds_on_its_offsets_and_catches_up() -> None:
    diary = Diary(dt.date(2024, 2, 29))
    sweep = sweep_of([diary], "first_validation")
    serve(sweep, dt.date(2024, 8, 1))
    assert diary.told == []
    serve(sweep, dt.date(2024, 9, 1))
    assert diary.told == [-180]
    serve(sweep, dt.date(2025, 2, 20))
    serve(sweep, dt.date(2025, 2, 21))
    assert diary.told == [-180, -30]
    serve(sweep, dt.date(2025, 2, 28))
    assert diary.told[-1] == 99


def test_what_is_not_due_is_not_even_looked_at() -> None:
    looked: list[dt.date] = []

    def running(latest: dt.date) -> list[tuple[Any, dt.date]]:
        looked.append(latest)
        return []

    sweep = ClockSweep("diaries", "application_finish", running, lambda *_: True, lambda *_: True)
    serve(sweep, dt.date(2026, 3, 31))
    assert looked == [dt.date(2026, 3, 2)]


def test_the_run_says_what_it_did() -> None:
    diaries = [Diary(dt.date(2026, 1, 1)), Diary(dt.date(2026, 2, 1))]
    run = serve(sweep_of(diaries, "application_finish"), dt.date(2026, 3, 5))
    assert run.done == {"over": 1, "reminded": 1, "failed": 0}
    assert run.day == dt.date(2026, 3, 5) and run.finished_at is not None


@override_settings(DEMO_TODAY="2031-01-01")
def test_a_clock_of_real_days_is_not_moved_by_the_demonstration() -> None:
    diary = Diary(clock.real_today())
    sweep = replace(sweep_of([diary], "idle_user"), day=clock.real_today)
    assert sweep.run() is not None
    assert diary.told == []
    assert sweep_of([diary], "idle_user").run() is not None
    assert diary.told == [99]
