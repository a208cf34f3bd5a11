"""Loads much at once: on several connections, with the indexes made after the rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from psycopg2 import sql

from devtools.bench.progress import Progress

CONNECTIONS = 2
#: Most rows are loaded into these. Adding each row to their indexes takes several times as long as
#: making the indexes afterwards.
HEAVY = (
    "audit_event",
    "audit_seal",
    "audit_statuschange",
    "documents_document",
    "documents_documentversion",
    "documents_placetag",
    "files_filetext",
    "files_storedfile",
    "messages_app_message",
    "messages_app_reading",
    "messages_app_searchedtext",
    "messages_app_thread",
    "security_profile_criteriondecision",
    "security_profile_evidencelink",
    "security_profile_response",
    "security_profile_responserevision",
    "security_profile_responseversion",
    "security_profile_submissionitem",
)
#: Copied rows are right because the template's are; checking each again would take hours.
SETTINGS = """
    SET session_replication_role = replica;
    SET timezone = 'UTC';
    SET maintenance_work_mem = '1GB';
    SET work_mem = '128MB';
    SET jit = off
"""
NOT_KEPT = """
    UPDATE pg_index SET indisready = false, indisvalid = false
    WHERE indrelid = ANY (%s::text[]::regclass[])
"""
#: The largest first, so that both connections end at about the same time.
TO_MAKE = """
    SELECT i.indexrelid::regclass::text, pg_relation_size(i.indrelid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE NOT i.indisready ORDER BY a.amname = 'gin' DESC, 2 DESC
"""
TABLES = """
    SELECT oid::regclass::text, pg_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC
"""

#: Opens a superuser's cursor on a connection of its own, in autocommit mode.
Opened = Callable[[], AbstractContextManager[Any]]
#: A part of the work: does it with a cursor, and returns how much was done.
Job = Callable[[Any], int]


def work(opened: Opened, jobs: Iterable[Job], progress: Progress) -> None:
    """Do these jobs on several connections, each as soon as a connection is free."""
    left, one_at_a_time = iter(jobs), threading.Lock()
    failed = threading.Event()

    def through() -> None:
        with opened() as cursor:
            cursor.execute(SETTINGS)
            while (job := following()) is not None:
                done = job(cursor)
                with one_at_a_time:
                    progress.add(done)

    def following() -> Job | None:
        with one_at_a_time:
            return None if failed.is_set() else next(left, None)

    def watched() -> None:
        try:
            through()
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for one in [pool.submit(watched) for _ in range(CONNECTIONS)]:
            one.result()


def set_indexes_aside(cursor: Any) -> None:
    """From now on, rows of the heavy tables are not added to their indexes."""
    cursor.execute(NOT_KEPT, [list(HEAVY)])


def make_indexes(opened: Opened) -> None:
    """Make the indexes that were set aside, each as it was defined; a unique one is checked."""
    with opened() as cursor:
        cursor.execute(TO_MAKE)
        found = [(name, max(size, 1)) for name, size in cursor.fetchall()]
    jobs = (partial(_made, name, size) for name, size in found)
    work(opened, jobs, Progress(sum(size for _name, size in found), "bytes are in indexes"))


def _made(name: str, size: int, cursor: Any) -> int:
    cursor.execute(f"REINDEX INDEX {name}")
    return size


def settle(opened: Opened) -> None:
    """Do what a database in use has had done: dead rows are gone, the planner knows the tables."""
    with opened() as cursor:
        cursor.execute(TABLES)
        found = [(name, max(size, 1)) for name, size in cursor.fetchall()]
    jobs = (partial(_settled, name, size) for name, size in found)
    work(opened, jobs, Progress(sum(size for _name, size in found), "bytes are settled"))


def _settled(name: str, size: int, cursor: Any) -> int:
    cursor.execute(f"VACUUM ANALYZE {name}")
    return size


def ranges(last: int, at_once: int) -> Iterator[tuple[int, int]]:
    """1 to ``last`` in pieces: the first and the last number of each."""
    for first in range(1, last + 1, at_once):
        yield first, min(first + at_once - 1, last)


def into(table: str, columns: Iterable[str]) -> sql.Composed:
    """The statement that copies rows into a table."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
