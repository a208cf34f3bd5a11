"""The base of a sweep over a clock (domain 5): remind on its offsets, act when its time is over.

A clock is one :class:`ClockSweep`: which things are open and since when, what to send on a reminder
day, what to do when the time is over. The dates are in the database, so a sweep that stood still
for days catches up: it sends only the newest reminder, and processes every lapse. A thing that
fails is named in the run and tried again next time; the others continue.
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
    """One clock of ``reference/program/clocks.csv`` and what it applies to.

    ``running(latest_start)`` returns (thing, start date) for the open things that began on or
    before that date; for those that began later nothing is due yet. ``remind(thing, last_day,
    offset)`` reminds only once, however often it is called. ``remind`` and ``over(thing, due)``
    return whether they did anything. ``day`` is what counts as today: credentials and idle days
    pass ``clock.real_today``, so that ``DEMO_TODAY`` does not affect them.

    Offsets count from the last day on which the person can still act, so that "1 day before" is
    sent on the day before that day. ``grace`` is how long before the end of the period that day is:
    a period of days is over when its last day is. ``remind`` gets that day.
    """

    name: str
    clock: str
    running: Callable[[dt.date], Iterable[tuple[Any, dt.date]]]
    remind: Callable[[Any, dt.date, int], bool]
    over: Callable[[Any, dt.date], bool]
    day: Callable[[], dt.date] = PROGRAM_DAY
    grace: dt.timedelta = dt.timedelta(days=1)

    def run(self) -> SweepRun | None:
        """Run for today; needs a transaction. None if another run is in progress.

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
        """Things that began later have neither a reminder nor an end before tomorrow."""
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
