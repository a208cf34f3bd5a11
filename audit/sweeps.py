"""The base of a sweep over a clock (domain 5): remind on its offsets, act when its time is over.

A clock is one :class:`ClockSweep`: which things are open and until when, what to send on a reminder
day, what to do when the time is over. The dates are in the database, so a sweep that stood still
for days catches up: it sends only the newest reminder, and processes every lapse. A thing that
fails is named in the run and tried again next time; the others continue, and it takes no place of
theirs. What differs from what was written is kept as a difference, and nobody is reminded of it.

A run is one transaction. A sweep with many things names how many of them are locked together at
``most``, and runs in parts. Each thing is tried once in all of them, so a run always ends.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from audit.models import SweepRun
from audit.selectors import Altered
from audit.services import note_differences, sweep_lock
from core import clock
from core.access import system
from core.tenancy import on_behalf_of

log = logging.getLogger(__name__)
#: What counts as today for a clock of the program.
PROGRAM_DAY = clock.today


@dataclass(frozen=True)
class Served:
    """A thing that a run has served: its last day, and whether it was reminded or is over."""

    thing: Any
    last_day: dt.date
    what: str


@dataclass
class Tried:
    """What the parts of a run have tried, by its name; what of it failed, and how many differ."""

    names: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    differ: int = 0


def nothing_over(thing: Any, last_day: dt.date) -> bool:
    """For clocks after which nothing happens by itself."""
    return False


def by_key(thing: Any) -> str:
    """The key of a row: it says nothing about the person or company that the row is about."""
    return str(thing.pk)


@dataclass(frozen=True)
class ClockSweep:
    """One clock of ``reference/program/clocks.csv`` and what it applies to.

    ``running(latest)`` returns (thing, last day) for the open things whose last day, the last on
    which someone can still act, is ``latest`` or earlier; for the others nothing is due yet.
    ``remind(thing, last_day, offset)`` reminds only once, however often it is called. ``remind``
    and ``over(thing, last_day)`` return whether they did anything. ``day`` is what counts as today:
    credentials and idle days pass ``clock.real_today``, so that ``DEMO_TODAY`` does not affect
    them.

    Offsets count from the last day, so that "1 day before" is sent on the day before it; those
    after it remind of what is late. ``ends_within_day``: the time is over at an instant of the last
    day, so ``over`` is asked on that day already. ``name_of`` names a thing to
    operators; no two things of a sweep have the same name, for each is tried once a run.
    """

    name: str
    clock: str
    reason: Any
    running: Callable[[dt.date], Iterable[tuple[Any, dt.date]]]
    remind: Callable[[Any, dt.date, int], bool]
    over: Callable[[Any, dt.date], bool] = nothing_over
    day: Callable[[], dt.date] = PROGRAM_DAY
    ends_within_day: bool = False
    name_of: Callable[[Any], str] = by_key
    most: int | None = None

    def run_all(self, tell: Callable[[Served], None] | None = None) -> SweepRun | None:
        """Run for today in parts, each in a transaction of its own, until all is served. Return the
        last part; None if another run is in progress.
        """
        tried = Tried()
        while True:
            with on_behalf_of(system(self.reason)):
                run = self.run(tell, tried)
            if run is None or "more" not in run.done:
                return run

    def run(
        self, tell: Callable[[Served], None] | None = None, tried: Tried | None = None
    ) -> SweepRun | None:
        """Run for today, or a part of it; needs a transaction. None if another run is in progress.

        ``tell`` hears of each thing that is served. The run's ``done`` counts what was reminded and
        over, and what failed or differs from what was written. What earlier parts have ``tried`` is
        not tried again, and what failed or differed there counts here too: only a run in which
        nothing did has served everything.
        """
        tried = Tried() if tried is None else tried
        with sweep_lock(self.name) as run:
            if run is None:
                return None
            done: Counter[str] = Counter()
            for thing, last_day in self.running(self._latest()):
                if self.name_of(thing) in tried.names:
                    continue
                if self.most is not None and done["reminded"] + done["over"] >= self.most:
                    done["more"] = 1
                    break
                tried.names.add(self.name_of(thing))
                what = self._tried(thing, last_day)
                if what == "failed":
                    tried.failed.append(self.name_of(thing))
                tried.differ += what == "differ"
                if what:
                    done[what] += 1
                    if tell is not None:
                        tell(Served(thing, last_day, what))
            run.done = {**done, "failed": len(tried.failed)}
            if tried.differ:
                run.done["differ"] = tried.differ
            run.error = ", ".join(tried.failed)
            return run

    def _tried(self, thing: Any, last_day: dt.date) -> str:
        """What was done for a thing, or why nothing could be done."""
        try:
            with transaction.atomic():
                return self._serve(thing, last_day)
        except Altered as differing:  # it is no failure that trying again would mend
            note_differences(differing.found)
            return "differ"
        except Exception:  # one broken row must not stop the clock for the others
            log.exception("%s failed for %s", self.name, self.name_of(thing))
            return "failed"

    def _latest(self) -> dt.date:
        """Things with a later last day have neither a reminder nor an end before tomorrow."""
        offsets = clock.clock(self.clock).reminder_offsets
        return self.day() - dt.timedelta(days=min([*offsets, 0]))

    def _serve(self, thing: Any, last_day: dt.date) -> str:
        """What was done for a thing: reminded, over, or nothing."""
        day = self.day()
        late = day >= last_day if self.ends_within_day else day > last_day
        if late and self.over(thing, last_day):
            return "over"
        offset = clock.clock(self.clock).last_reminder(last_day, day)
        if offset is not None and self.remind(thing, last_day, offset):
            return "reminded"
        return ""
