"""The shape of a sweep over a clock (domain 5): remind on its offsets, act when its time is over.

A clock is one :class:`ClockSweep`: which things are open and since when, what to say on a reminder
day, what to do when the time is over. The dates stand in the database, so a sweep that stood still
for days catches up: the newest reminder once, never a heap, and every lapse. One thing that fails
is named in the run and tried again next time; the others go on.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from audit.models import SweepRun
from audit.services import sweep_lock
from core import clock

log = logging.getLogger(__name__)
#: What counts as today for a clock of the program.
PROGRAM_DAY = clock.today


@dataclass(frozen=True)
class ClockSweep:
    """One clock of ``reference/program/clocks.csv`` and what it runs on.

    ``running(latest_start)`` gives (thing, start date) for the open things that began on or before
    that date: those before it have nothing due yet. ``remind(thing, last_day, offset)`` says the
    same only once however often it is called. Both ``remind`` and ``over(thing, due)`` tell
    whether they did anything. ``day`` is what counts as today: credentials and idle days pass
    ``clock.real_today``, so that ``DEMO_TODAY`` does not move them.

    Offsets count from the last day on which the person can still act, so that "1 day before" is
    sent on the day before it. ``grace`` is how long before the end of the period that day lies: a
    period of days is over when its last day is. ``remind`` is given that day.
    """

    name: str
    clock: str
    running: Callable[[dt.date], Iterable[tuple[Any, dt.date]]]
    remind: Callable[[Any, dt.date, int], bool]
    over: Callable[[Any, dt.date], bool]
    day: Callable[[], dt.date] = PROGRAM_DAY
    grace: dt.timedelta = dt.timedelta(days=1)

    def run(self) -> SweepRun | None:
        """Serve today; needs a transaction. None if another run is at it.

        The run's ``done`` counts what was reminded, over and failed.
        """
        with sweep_lock(self.name) as run:
            if run is None:
                return None
            done: Counter[str] = Counter()
            failed: list[str] = []
            for thing, start in self.running(self._latest_start()):
                try:
                    with transaction.atomic():
                        done.update(self._serve(thing, start))
                except Exception:  # one broken row must not stop the clock for the others
                    log.exception("%s failed for %s", self.name, thing)
                    failed.append(str(thing))
            run.done = {**done, "failed": len(failed)}
            run.error = ", ".join(failed)
            return run

    def _latest_start(self) -> dt.date:
        """Whatever began later has neither a reminder nor its end before tomorrow."""
        period = clock.clock(self.clock)
        reach = self.day() + self.grace - dt.timedelta(days=min(period.reminder_offsets, default=0))
        if period.unit == "years":
            return clock.add_years(reach, -period.length) + dt.timedelta(days=1)
        return reach - dt.timedelta(days=period.length)

    def _serve(self, thing: Any, start: dt.date) -> list[str]:
        period, day = clock.clock(self.clock), self.day()
        due = period.due(start)
        if day >= due:
            return ["over"] if self.over(thing, due) else []
        last_day = due - self.grace
        offset = period.last_reminder(last_day, day)
        if offset is None:
            return []
        return ["reminded"] if self.remind(thing, last_day, offset) else []
