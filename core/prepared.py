"""Statements that every request sends are planned once for a connection (docs/performance.md).

For most of them, planning takes PostgreSQL longer than answering. A plan depends on the acting role
and on row-level security: PostgreSQL makes it anew if these or a table have changed. It refuses to
if a column that is read got another type meanwhile; web and workers start anew with a new version.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connections, transaction
from psycopg2.extensions import AsIs

#: What the database must know of a value before it has one. Of others it sees it in the statement.
_CASTS: dict[type, str] = {uuid.UUID: "::uuid", dt.date: "::date", dt.datetime: "::timestamptz"}
#: How many statements one connection keeps. Those of earlier program days stay until it closes.
_MOST = 200

#: The open connections of this process with the names of the statements that each has planned.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """A statement with named values, as the database keeps it.

    ``parameters`` are names, and tuples of one with values that stay.
    """

    def __init__(
        self, sql: str, parameters: Sequence[str | tuple[Any]], types: Mapping[str, type]
    ) -> None:
        self.sql = sql
        self.parameters = parameters
        self.types = types
        self.named = [one for one in parameters if isinstance(one, str)]
        # The same in each process, so that a pool which mixes connections mixes no statements.
        asked = repr((sql, parameters, sorted(types.items(), key=str)))
        self.name = f"portal_{sha256(asked.encode()).hexdigest()[:32]}"
        values = ", ".join(["%s"] * len(self.named))
        self.execute = f"EXECUTE {self.name} ({values})" if values else f"EXECUTE {self.name}"
        self.is_refused = False

    def ask(self, connection: Any, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]] | None:
        """What to send instead of the statement; None if it must be sent itself.

        Whoever logs, counts or watches statements sees them as they are.
        """
        if connection.queries_logged or connection.execute_wrappers or self.is_refused:
            return None
        if not settings.PREPARED_STATEMENTS:
            return None
        connection.ensure_connection()
        planned = _planned.setdefault(connection.connection, set())
        if self.name not in planned:
            if len(planned) >= _MOST or not self._prepare(connection):
                return None
            planned.add(self.name)
        return self.execute, tuple(values[name] for name in self.named)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, if the statement is not that of a queryset."""
        plain = [one[0] if isinstance(one, tuple) else values[one] for one in self.parameters]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*(self.ask(connections[DEFAULT_DB_ALIAS], values) or (self.sql, plain)))
            return list(cursor.fetchall())

    def _prepare(self, connection: Any) -> bool:
        """Hand the statement to the database; False if it cannot plan it without values."""
        numbers = itertools.count(1)
        given = [
            AsIs(f"${next(numbers)}{_CASTS.get(self.types[one], '')}")
            if isinstance(one, str)
            else one[0]
            for one in self.parameters
        ]
        try:
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self.name} AS {self.sql}", given)
        except ProgrammingError:
            self.is_refused = True
            return False
        return True
