"""Checks every record: the chain, the signed statements, the seals, hashes and files (ADR 17).

A check is a row of parts, and a part a row of steps. Each step reads some rows, keeps what differs,
settles what no longer does, and is committed. So a check can be stopped anywhere and repeated, and
several at once find the same.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import accumulate
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, connection
from django.db.models import Model

from audit.models import Anchor, Difference, Seal, SweepRun, What
from audit.providers.differences import CannotTell, bytes_to_read, own_checks
from audit.selectors.anchors import (
    days_of_statements,
    days_outside,
    folder,
    is_matched,
    signed_ends,
)
from audit.selectors.chain import Said, broken_links, last_position
from audit.selectors.facts import Facts, Found, differing
from audit.selectors.late import added_late
from audit.services.differences import note_differences, settle
from core import clock
from core.access import Access, system
from core.ids import parse_id
from core.leases import in_time
from core.signing import can_check
from core.tenancy import on_behalf_of

log = logging.getLogger(__name__)

#: How many rows of a table one step checks, and how many bytes of their files it reads.
AT_ONCE = 200
BYTES_AT_ONCE = 100 * 1024 * 1024
#: Stands in for the id of a row when nothing of a table's files can be read.
STORE = "store"
#: The name of its runs in the table of sweeps.
RUN = "records"
#: More steps than one sweep has time for.
_STEPS = range(1_000_000)


@dataclass(frozen=True)
class Step:
    """What one step has read: its rows, what differs, and after which row the next one begins.

    Without rows it could read nothing, and the next one begins where it did.
    """

    rows: list[str]
    found: list[Found]
    last: str


@dataclass(frozen=True)
class Part:
    """A table, how its next rows after one are checked (None at the end), and which of the rows
    that differed are not there any longer.
    """

    table: str
    check: Callable[[str], Step | None]
    gone: Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class Asked:
    """What is to be checked: everything, or what was written since a day.

    A check against statements from elsewhere only reports: whoever names the folder knows what it
    holds.
    """

    since: dt.date | None = None
    #: Where the signed statements are; by default where they are kept.
    statements: Path | None = None
    #: Whether the log names what is new; whoever lists it anyway says no.
    in_log: bool = True

    @cached_property
    def ends(self) -> list[Said]:
        """Where the chain ended when a statement was signed."""
        return signed_ends()

    def parts(self) -> list[Part]:
        """The parts in their order."""
        rows = [
            Part(one._meta.db_table, partial(_check_rows, self, one), partial(_gone_rows, one))
            for one in sealed()
        ]
        return [
            Part(Seal._meta.db_table, partial(_check_chain, self), _gone_positions),
            Part(Anchor._meta.db_table, partial(_check_statements, self), self.gone_days),
            *rows,
        ]

    def gone_days(self, row_ids: list[str]) -> list[str]:
        """Days of which there is no statement any longer, inside or outside."""
        there = days_of_statements(self.statements or folder())
        return [one for one in row_ids if len(one) == len("2027-03-01") and one not in there]

    def size(self) -> int:
        """About how many rows there are to check: each seal in its chain, each row by its seal."""
        seals = Seal.objects.all()
        if self.since is not None:
            seals = seals.filter(at__gte=_start(self.since))
        return seals.count() + seals.filter(part="").count()


@cache
def sealed() -> list[type[Model]]:
    """The models whose rows have seals."""
    return [one for one in apps.get_models() if hasattr(one, "frozen") and one is not Seal]


def _actor() -> Access:
    return system("Verification")


def steps(asked: Asked, part: Part, after: str = "") -> Iterator[Step]:
    """Check the rest of a part, step by step."""
    while True:
        with on_behalf_of(_actor()):
            step = part.check(after)
            if asked.statements is None:
                _keep(part, step, in_log=asked.in_log)
        if step is None:
            return
        after = step.last
        yield step
        if not step.rows:
            return


def _keep(part: Part, step: Step | None, *, in_log: bool) -> None:
    """Keep what a step has found; at the end of a part also that rows are not there any longer."""
    if step is None:
        open_ids = Difference.objects.filter(settled_at=None, of_table=part.table)
        settle(part.table, part.gone(list(open_ids.values_list("row_id", flat=True))))
        return
    note_differences(step.found, of_check=True, in_log=in_log)
    settle(part.table, [*step.rows, STORE] if step.rows else [], step.found)


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _check_chain(asked: Asked, after: str) -> Step | None:
    begins = int(after) if after else _position_before(asked.since)
    positions, found = broken_links(begins, asked.ends)
    if not positions:
        return None
    return Step([str(one) for one in positions], found, str(positions[-1]))


def _position_before(since: dt.date | None) -> int:
    """The position before the first seal of a day."""
    if since is None:
        return 0
    laid = Seal.objects.filter(at__gte=_start(since), position__isnull=False)
    first = laid.order_by("position").values_list("position", flat=True).first()
    return last_position() if first is None else first - 1


def _gone_positions(row_ids: list[str]) -> list[str]:
    there = Seal.objects.filter(position__in=row_ids).values_list("position", flat=True)
    return sorted(set(row_ids) - {str(one) for one in there})


def _gone_rows(model: type[Model], row_ids: list[str]) -> list[str]:
    """Rows that neither their table nor a seal tells of: what was added was removed again."""
    if Facts(model, "id", ()).kind == "uuid":
        row_ids = [one for one in row_ids if parse_id(one)]
    there = {str(one.pk) for one in model._base_manager.filter(pk__in=row_ids).only("pk")}
    told = Seal.objects.filter(of_table=model._meta.db_table, row_id__in=row_ids)
    return sorted(set(row_ids) - there - set(told.values_list("row_id", flat=True)))


def _check_statements(asked: Asked, after: str) -> Step | None:
    """The next day. It reads the whole chain up to there, so each day is a step of its own.

    Without any key nothing can be said of a statement. Of statements from elsewhere, only those
    from the first one on are asked for.
    """
    if not can_check():
        return None
    place = asked.statements or folder()
    days = days_of_statements(place)
    since = asked.since.isoformat() if asked.since else ""
    if asked.statements is not None:
        since = max(since, min(days_outside(place), default=""))
    day = next((one for one in days if one > after and one >= since), None)
    if day is None:
        return None
    before = max((one for one in days if one < day), default=None)
    matched = is_matched(place, day, before)
    return Step([day], [] if matched else [Found(Anchor._meta.db_table, day, What.STATEMENT)], day)


#: The next rows of a table, and those that only their seals still tell of.
_NEXT = """
    SELECT id::text COLLATE "C" AS row_id FROM (
        SELECT id FROM "{table}" WHERE id > %s ORDER BY id LIMIT %s) AS there
    UNION SELECT row_id COLLATE "C" FROM (
        SELECT row_id FROM audit_seal WHERE of_table = %s AND part = '' AND row_id > %s
            AND row_id ~ %s
        ORDER BY row_id LIMIT %s) AS told
    ORDER BY row_id LIMIT %s
"""
_NEXT_SINCE = """
    SELECT DISTINCT row_id COLLATE "C" AS row_id FROM audit_seal
    WHERE of_table = %s AND row_id > %s AND row_id ~ %s AND at >= %s ORDER BY row_id LIMIT %s
"""
#: The id that comes before every id.
_BEFORE_ALL = {"uuid": "00000000-0000-0000-0000-000000000000"}
#: What an id looks like. A seal that tells of anything else was changed: its chain says so, and the
#: row that it told of is without a seal.
_POSSIBLE = {"uuid": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}


def _check_rows(asked: Asked, model: type[Model], after: str) -> Step | None:
    table = model._meta.db_table
    rows = _readable_at_once(table, _next_rows(asked, model, after))
    if not rows:
        return None
    found = differing([Facts(model, "id", rows)]) + added_late(model, rows, asked.ends)
    known = {one.row_id for one in found}
    try:
        own = [one for row in rows if row not in known for one in _own_checks_of(table, row)]
    except CannotTell:
        log.exception("%s cannot be checked now", table)
        return Step([], [Found(table, STORE, What.STORE)], after)
    return Step(rows, [*found, *own], rows[-1])


def _readable_at_once(table: str, rows: list[str]) -> list[str]:
    """The first of these rows, of whose files one step may read: at least one."""
    sizes = {row: size for told in bytes_to_read(table, rows) for row, size in told.items()}
    total = list(accumulate(sizes.get(row, 0) for row in rows))
    return [row for row, size in zip(rows, total, strict=True) if size <= BYTES_AT_ONCE] or rows[:1]


def _own_checks_of(table: str, row: str) -> Iterable[Found]:
    """What its own checks find of a row. One that they cannot read differs, and stops no other.

    That the database or the store does not answer, or that time is over, says nothing of a row.
    """
    try:
        return [one for checked in own_checks(table, [row]) for one in checked]
    except (CannotTell, DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:  # whatever malformed content raises is content nobody wrote
        log.exception("%s %s cannot be checked", table, row)
        of_file = isinstance(error, (OSError, SuspiciousOperation))
        return [Found(table, row, What.FILE if of_file else What.CONTENT)]


def _next_rows(asked: Asked, model: type[Model], after: str) -> list[str]:
    table = model._meta.db_table
    kind = Facts(model, "id", ()).kind
    after, possible = after or _BEFORE_ALL.get(kind, ""), _POSSIBLE.get(kind, "")
    with connection.cursor() as cursor:
        if asked.since is None:
            values: list[str | int] = [after, AT_ONCE, table, after, possible, AT_ONCE, AT_ONCE]
            cursor.execute(_NEXT.format(table=table), values)
        else:
            since = _start(asked.since)
            cursor.execute(_NEXT_SINCE, [table, after, possible, since, AT_ONCE])
        return [row_id for (row_id,) in cursor.fetchall()]


def sweep_records() -> None:
    """Continue the check of this night, as long as a sweep may take.

    Where it stopped is kept with its run; what could not be read is tried again by the next sweep.
    Two sweeps at once do some steps twice, and no harm.
    """
    asked = Asked()
    run = _run_of_today()
    parts = asked.parts()
    at, after = run.done.get("part", 0), run.done.get("after", "")
    stepping = _rest(asked, parts, at, after)
    for _number in in_time(_STEPS):
        following = next(stepping, None)
        if following is None:
            _finish(run)
            return
        at, step = following
        if not step.rows:
            return
        run.done = {
            "part": at,
            "after": step.last,
            "rows": run.done.get("rows", 0) + len(step.rows),
            "differ": run.done.get("differ", 0) + len(step.found),
        }
        with on_behalf_of(_actor()):
            run.save(update_fields=["done"])


def _rest(asked: Asked, parts: list[Part], at: int, after: str) -> Iterator[tuple[int, Step]]:
    for number, part in enumerate(parts[at:], at):
        for step in steps(asked, part, after if number == at else ""):
            yield number, step


def _run_of_today() -> SweepRun:
    """The run of today; while one is not finished, that one."""
    with on_behalf_of(_actor()):
        unfinished = SweepRun.objects.filter(sweep=RUN, finished_at=None).order_by("day").first()
        if unfinished is not None:
            return unfinished
        run, _new = SweepRun.objects.get_or_create(
            sweep=RUN, day=clock.real_today(), defaults={"started_at": clock.now()}
        )
        return run


def _finish(run: SweepRun) -> None:
    if run.finished_at is None:
        run.finished_at = clock.now()
        with on_behalf_of(_actor()):
            run.save(update_fields=["finished_at"])
