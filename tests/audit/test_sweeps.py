"""The base of a sweep over a clock; a second clock takes only these few lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings

from audit.models import SweepRun
from audit.selectors import Altered, served_until
from audit.sweeps import ClockSweep, Served, nothing_over
from core import clock

pytestmark = pytest.mark.django_db


class Diary:
    """A thing with a start date that records its reminders."""

    pk = ""

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
        reason="Diaries",
        running=lambda latest: [
            (one, last) for one in diaries if (last := last_day(one, code)) <= latest
        ],
        remind=lambda one, last, offset: one.remind(offset),
        over=lambda one, last: one.remind(99),
        name_of=lambda one: one.pk or str(id(one)),
    )


def last_day(diary: Diary, code: str) -> dt.date:
    """The day before the period is over."""
    return clock.clock(code).due(diary.start) - dt.timedelta(days=1)


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

    sweep = ClockSweep("diaries", "application_finish", "Diaries", running, lambda *_: True)
    serve(sweep, dt.date(2026, 3, 31))
    assert looked == [dt.date(2026, 4, 30)]


def test_what_is_late_is_reminded_where_nothing_ends_by_itself() -> None:
    diary = Diary(dt.date(2026, 1, 1))
    sweep = replace(sweep_of([diary], "certification_decision"), over=nothing_over)
    for day in (30, 31, 32, 36, 37, 400):
        serve(sweep, last_day(diary, "certification_decision") + dt.timedelta(days=day - 30))
    assert diary.told == [-7, 1, 7]


def test_a_row_that_fails_is_named_and_does_not_stop_the_others() -> None:
    class Broken(Diary):
        """A diary that cannot be reminded."""

        pk = "D-7"

        def remind(self, offset: int) -> bool:
            raise ValueError(offset)

    diary = Diary(dt.date(2026, 1, 1))
    served: list[Served] = []
    with clock.at(dt.date(2026, 3, 1)):
        run = sweep_of([Broken(diary.start), diary], "application_finish").run(served.append)
    assert run is not None and run.error == "D-7" and diary.told != []
    assert [one.what for one in served] == ["failed", "reminded"]


def test_a_run_stops_at_its_limit_and_the_next_one_continues() -> None:
    diaries = [Diary(dt.date(2026, 1, 1)) for _number in range(3)]
    sweep = replace(sweep_of(diaries, "application_finish"), most=2)
    run = serve(sweep, dt.date(2026, 3, 5))
    assert run.done == {"over": 2, "more": 1, "failed": 0}
    assert served_until(sweep.name, dt.date(2026, 3, 5)) is None
    assert serve(sweep, dt.date(2026, 3, 6)).done == {"over": 1, "failed": 0}
    assert served_until(sweep.name, dt.date(2026, 3, 5)) is None
    assert served_until(sweep.name, dt.date(2026, 3, 9)) == dt.date(2026, 3, 6)


def test_a_run_in_parts_serves_all_although_more_things_are_broken_than_one_part_takes() -> None:
    tried: list[str] = []

    class Broken(Diary):
        """A diary that cannot be reminded."""

        def remind(self, offset: int) -> bool:
            tried.append(self.pk)
            raise ValueError(offset)

    start = dt.date(2026, 1, 1)
    diaries: list[Diary] = [Broken(start), Broken(start), Broken(start)]
    diaries += [Diary(start) for _number in range(5)]
    for number, one in enumerate(diaries):
        one.pk = f"D-{number}"
    sweep = replace(sweep_of(diaries, "application_finish"), most=2)
    with clock.at(dt.date(2026, 3, 5)):
        run = sweep.run_all()
    assert run is not None and run.error == "D-0, D-1, D-2"
    assert tried == ["D-0", "D-1", "D-2"], "each once"
    assert all(one.told == [99] for one in diaries[3:])
    parts = SweepRun.objects.filter(sweep=sweep.name).order_by("started_at")
    assert [one.done.get("over", 0) for one in parts] == [2, 2, 1]
    assert served_until(sweep.name, dt.date(2026, 3, 5)) is None, "what failed is tried again"


def test_what_needs_nothing_or_differs_is_tried_once_in_all_parts_of_a_run() -> None:
    """Half of the diaries were reminded before, as accounts whose specialist was warned already."""
    tried: list[str] = []

    class Watched(Diary):
        """A diary that notes each try; one of them differs from what was written."""

        def remind(self, offset: int) -> bool:
            tried.append(self.pk)
            if self.pk == "D-0":
                raise Altered([])
            return super().remind(offset)

    diaries: list[Diary] = [Watched(dt.date(2026, 1, 1)) for _number in range(8)]
    for number, one in enumerate(diaries):
        one.pk = f"D-{number}"
        one.told = [99] if number < 4 else []
    sweep = replace(sweep_of(diaries, "application_finish"), remind=lambda *_none: False, most=2)
    with clock.at(dt.date(2026, 3, 5)):
        run = sweep.run_all()
    assert run is not None and sorted(tried) == [one.pk for one in diaries], "each once"
    assert [one.told for one in diaries[4:]] == [[99]] * 4
    assert run.done == {"over": 2, "differ": 1, "failed": 0}
    assert served_until(sweep.name, dt.date(2026, 3, 5)) is None, "what differs is looked at again"


def test_a_run_ends_although_something_is_due_however_often_it_is_served() -> None:
    diaries = [Diary(dt.date(2026, 1, 1)) for _number in range(3)]
    again = replace(sweep_of(diaries, "application_finish"), over=lambda *_any: True, most=1)
    with clock.at(dt.date(2026, 3, 5)):
        run = again.run_all()
    assert run is not None and "more" not in run.done
    assert SweepRun.objects.filter(sweep=again.name).count() == 3


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
