"""Scenes that are played once in a run and laid again where another test begins with them.

Playing a submission up to its review takes a third of a second, laying its rows a hundredth. The
rows are those that the first playing added, so that a laid scene is the same as a played one. It
happens now: its times are moved and compressed, because laying is faster than playing. Where the
clock is stopped (``clock.at``), what it gave stays as it is, so that such a scene may have several
days in it. A scene that changes rows which were there before cannot be kept.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from core import clock

#: The columns that are written, those that hold an instant, in the order of the tables' making.
#: The database seals rows itself as they are laid.
TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum),
        array_agg(a.attname) FILTER (WHERE a.atttypid = 'timestamptz'::regtype)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND c.relname <> 'audit_seal'
    GROUP BY c.oid, c.relname ORDER BY c.oid
"""
#: How much shorter than the playing the laid scene is; what is a moment apart stays in its order.
COMPRESSED = 100
NOT_AT_ALL = dt.timedelta()

#: Whether a scene is being played: what it begins with is then played too.
_playing: ContextVar[bool] = ContextVar("playing", default=False)
#: How many workers run; what waits for one is not in the rows of a scene.
_workers = 0
_Given = TypeVar("_Given")


@contextmanager
def with_a_worker() -> Iterator[None]:
    """Play every scene that is committed inside the block, because a worker acts on it."""
    global _workers
    _workers += 1
    try:
        yield
    finally:
        _workers -= 1


@dataclass
class Table:
    """Rows of a table, as JSON."""

    name: str
    columns: list[str]
    instants: list[str]
    rows: set[str]

    def insert(self, moved: Callable[[str], str]) -> tuple[str, str]:
        """The statement that writes the rows, and its value."""
        rows = [json.loads(row) for row in sorted(self.rows)]
        for row in rows:
            row.update({one: moved(row[one]) for one in self.instants if row[one]})
        names = ", ".join(f'"{one}"' for one in self.columns)
        return (
            f'INSERT INTO "{self.name}" ({names}) '
            f'SELECT {names} FROM jsonb_populate_recordset(NULL::"{self.name}", %s)'
        ), json.dumps(rows)


@dataclass
class Scene:
    """What a playing gave back, when it was, and the rows that it added.

    ``stopped`` means that the clock stood still: what does not lie between beginning and end is a
    day of the scene, and not counted from its beginning.
    """

    given: Any
    began: dt.datetime
    ended: dt.datetime
    tables: list[Table]
    stopped: bool

    def stands(self) -> bool:
        """Whether it was played or laid in this test already."""
        table = next(one for one in self.tables if "id" in one.columns)
        key = json.loads(min(table.rows))["id"]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT 1 FROM "{table.name}" WHERE id = %s', [key])
            return cursor.fetchone() is not None

    def lay(self) -> None:
        """Write the rows again, as if the scene had just been played."""
        now = dt.datetime.now(dt.UTC)

        def moved(instant: str) -> str:
            since = dt.datetime.fromisoformat(instant) - self.began
            short = NOT_AT_ALL <= since <= self.ended - self.began
            if self.stopped and not short:
                return instant
            return (now + (since / COMPRESSED if short else since)).isoformat()

        statements, values = zip(*(one.insert(moved) for one in self.tables), strict=True)
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements), values)


def kept(play: Callable[..., _Given]) -> Callable[..., _Given]:
    """Play a scene, which gives back keys, once for each day and each set of arguments.

    Where the clock is stopped, once for that moment; as most moments come once in a run, its rows
    are read when it is played a second time.
    """
    scenes: dict[Any, list[Scene]] = {}
    came: set[Any] = set()

    @functools.wraps(play)
    def laid(*args: Any) -> _Given:
        undone = _is_undone()
        if _playing.get() or not (undone or _is_committed()):
            return play(*args)
        # A clock that is moved has its own scenes. What is done after a commit is in rows as well.
        now = clock.now()
        stopped = abs(now - dt.datetime.now(dt.UTC)) > dt.timedelta(minutes=1)
        key = (undone, now if stopped else clock.today(), *args)
        if stopped and key not in came:
            came.add(key)
            return play(*args)
        known = scenes.setdefault(key, [])
        for scene in known:
            if not scene.stands():
                scene.lay()
                break
        else:
            scene = _played(lambda: play(*args), stopped=stopped)
            known.append(scene)
        given: _Given = scene.given
        return given

    return laid


def _is_undone() -> bool:
    """Whether the test is one that never commits, whatever transactions it has within its own."""
    return any(getattr(one, "_from_testcase", False) for one in connection.atomic_blocks)


def _is_committed() -> bool:
    """Whether each row is committed as it is written, and no worker waits for what it asks for.

    Within a transaction, what happens after the commit would come after the scene; a worker would
    wait forever for what rows alone do not send it.
    """
    return not connection.in_atomic_block and _workers == 0


def _played(play: Callable[[], Any], *, stopped: bool) -> Scene:
    """Play a scene and note the rows that it adds."""
    before = {table.name: table.rows for table in _tables()}
    token = _playing.set(True)
    began = dt.datetime.now(dt.UTC)
    try:
        given = play()
    finally:
        _playing.reset(token)
    ended = dt.datetime.now(dt.UTC)
    added = []
    for table in _tables():
        assert before[table.name] <= table.rows, f"the scene changes rows of {table.name}"
        table.rows -= before[table.name]
        if table.rows:
            added.append(table)
    return Scene(given, began, ended, added, stopped)


def _tables() -> list[Table]:
    """Every table with its rows."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for name, columns, instants in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{name}" t')
            rows = {row for (row,) in cursor.fetchall()}
            found.append(Table(name, columns, instants or [], rows))
    return found
