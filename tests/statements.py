"""Counts statements as the budgets do: only those that read or write rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: Not counted (docs/performance.md): transactions, savepoints, and naming the user.
_FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET CONSTRAINTS")
_BIND = ("SELECT portal_begin(", "SELECT set_config(")
#: Not counted: what is read again after some time, because a slow machine would fail a test. The
#: last use of a session is written once a minute, and the criteria are compared with their stamp
#: every few seconds.
_BY_AGE = ('UPDATE "identity_session"', 'SELECT "security_profile_cataloguestamp"')

#: Not counted: what the header says on every page, beside the page's own statements. It has a
#: budget of its own (tests/identity/test_notices.py).
HEADER = "(SELECT 'notice' AS \"what\" FROM"


def counted(statements: list[dict[str, str]]) -> list[str]:
    """The statements that a budget counts."""
    every = [one["sql"].strip() for one in statements]
    counted = [sql for sql in every if not sql.upper().startswith(_FREE)]
    return [sql for sql in counted if not sql.startswith((*_BIND, *_BY_AGE, HEADER))]


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Fail if the block sends more than ``limit`` statements, and list them."""
    with CaptureQueriesContext(connection) as captured:
        yield
    sent = counted(list(captured.captured_queries))
    listed = "\n".join(f"{n}. {sql[:300]}" for n, sql in enumerate(sent, 1))
    assert len(sent) <= limit, f"{len(sent)} statements, {limit} allowed:\n{listed}"
