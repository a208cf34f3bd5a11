"""The only clock: real time for credentials and records, program dates for everything that falls
due.

Program dates are days in the program's time zone (P11). ``DEMO_TODAY`` changes only program dates;
scenarios change both with :func:`at`. Periods come from ``reference/program/clocks.csv``; a
``CLOCK_*`` setting overrides each (domain section 5).
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.program_days import after_period, latest_start

PROGRAM_ZONE = ZoneInfo("America/New_York")

_moved: ContextVar[dt.datetime | None] = ContextVar("moved_clock", default=None)


def now() -> dt.datetime:
    """The current instant, aware, in UTC. Inside :func:`at`, the instant given there."""
    return _moved.get() or timezone.now()


def today() -> dt.date:
    """The current program date: :func:`at` wins over ``DEMO_TODAY``, which wins over real time."""
    moved = _moved.get()
    if moved is None and settings.DEMO_TODAY:
        return dt.date.fromisoformat(settings.DEMO_TODAY)
    return program_date(moved or timezone.now())


def real_today() -> dt.date:
    """The program day of :func:`now`, not changed by ``DEMO_TODAY``: for credentials and
    idle days.
    """
    return program_date(now())


def day_began() -> dt.datetime:
    """The instant at which the program day of now began."""
    return dt.datetime.combine(program_date(now()), dt.time.min, PROGRAM_ZONE)


def program_date(instant: dt.datetime) -> dt.date:
    """The program day on which an instant falls."""
    return instant.astimezone(PROGRAM_ZONE).date()


def made_at(text: str) -> dt.datetime:
    """When the page of a form was made, as the form says; now, if it says no instant of the past.

    So that an act on all of a list leaves alone what came after the page.
    """
    try:
        said = parse_datetime(text)
        made = said.astimezone(dt.UTC) if said is not None and said.tzinfo is not None else now()
    except (ValueError, OverflowError):
        return now()
    return min(made, now())


@contextmanager
def at(moment: dt.datetime | dt.date) -> Iterator[None]:
    """Run a block as if it were ``moment``. A bare date means noon in the program's time zone."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(12), tzinfo=PROGRAM_ZONE)
    token = _moved.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _moved.reset(token)


@contextmanager
def shown_in(zone: str) -> Iterator[None]:
    """Show instants inside the block in that time zone; program days do not change (P11).

    An empty or unknown name means the program's time zone.
    """
    with timezone.override(zone_named(zone)):
        yield


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; the program's for an empty or unknown name."""
    try:
        return ZoneInfo(name) if name else PROGRAM_ZONE
    except (KeyError, ValueError):
        return PROGRAM_ZONE


def last_time_of_day(at: dt.time, zone: str) -> dt.datetime:
    """The latest instant until now at which clocks in a time zone showed ``at``.

    Its date is the local day. Where clocks skip that time, it is when they would have shown it.
    """
    place = zone_named(zone)
    day = now().astimezone(place).date()
    while (moment := dt.datetime.combine(day, at, tzinfo=place)).astimezone(dt.UTC) > now():
        day -= dt.timedelta(days=1)
    return moment


def retry_pause(attempts: int, longest: dt.timedelta) -> dt.timedelta:
    """How long to wait after this many failures: a minute, doubled each time, with jitter."""
    doubled = min(dt.timedelta(minutes=2 ** min(attempts - 1, 16)), longest)
    return doubled * random.uniform(0.75, 1.0)  # noqa: S311 (spreads load, keeps no secret)


@dataclass(frozen=True)
class Clock:
    """One period: its length, and the days around the due date on which someone is reminded.

    ``reminder_offsets`` are days relative to the due date, negative before it.
    """

    code: str
    name: str
    length: int
    unit: str
    reminder_offsets: tuple[int, ...]

    def due(self, start: dt.date) -> dt.date:
        """The first program day after the period that starts on ``start``."""
        return after_period(start, self.length, self.unit)

    def latest_start(self, day: dt.date) -> dt.date:
        """The latest start of a period that is over on ``day``."""
        return latest_start(day, self.length, self.unit)

    def expires(self, start: dt.datetime) -> dt.datetime:
        """The instant at which a period that starts at ``start`` ends (links: hours and days)."""
        return start + self.span

    @property
    def span(self) -> dt.timedelta:
        """The length of a period that is measured in hours or days."""
        if self.unit not in {"hours", "days"}:
            raise ValueError(f"{self.code} is measured in {self.unit}, not in hours or days")
        return dt.timedelta(**{self.unit: self.length})

    def last_reminder(self, last_day: dt.date, day: dt.date) -> int | None:
        """The newest reminder offset reached on ``day``; None before the first.

        If a sweep stood still for days, it sends only the newest reminder (P11). What was to be
        said before the last day is not said after it.
        """
        late = day > last_day
        reached = [
            offset
            for offset in self.reminder_offsets
            if last_day + dt.timedelta(days=offset) <= day and (offset > 0 or not late)
        ]
        return max(reached, default=None)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, tuple[Clock, str]]:
    path = settings.REFERENCE_DIR / "program" / "clocks.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["code"]: (_from_row(row), row["setting"]) for row in rows}


def _from_row(row: dict[str, str]) -> Clock:
    offsets = tuple(int(o) for o in row["reminder_offsets_days"].split(";") if o)
    return Clock(row["code"], row["name"], int(row["length"]), row["unit"], offsets)


def clock(code: str) -> Clock:
    """The clock with that code; its setting, if there is one, overrides its length."""
    shipped, setting = _shipped()[code]
    length = getattr(settings, setting, None)
    if length is None:
        return shipped
    return Clock(shipped.code, shipped.name, int(length), shipped.unit, shipped.reminder_offsets)
