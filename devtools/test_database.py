"""Emptying the test database between tests that commit.

Django's own flush needs TRUNCATE, which the application's role must not have. This one connects as
the owner, switches append-only triggers off, empties what tests filled and lays reference tables
(those that migrations and `load_reference` filled) back as they were.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql

# The size on disk, not a look at the rows: row-level security may hide those from the owner too.
TABLES = """
    SELECT c.relname, pg_relation_size(c.oid) > 0
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r'
    ORDER BY c.relname
"""


class Flush:
    """Remembers the reference rows of the database at `parameters` and restores that state."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        plain = ("dbname", "user", "password", "host", "port")
        self.parameters = {key: parameters[key] for key in plain if parameters.get(key)}
        self.reference: dict[str, tuple[str, str]] = {}

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor as the owner in one transaction, committed at the end of the block."""
        connection = psycopg2.connect(**self.parameters)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def remember(self) -> None:
        """Take what the tables hold now as the state to come back to."""
        with self.cursor() as cursor:
            for table in self._filled(cursor):
                rows = io.StringIO()
                cursor.copy_expert(self._sql("COPY {} TO STDOUT", table), rows)
                self.reference[table] = (self._digest(cursor, table), rows.getvalue())

    def run(self) -> None:
        """Bring every table back to the remembered state."""
        with self.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'; SET CONSTRAINTS ALL DEFERRED")
            filled = self._filled(cursor)
            changed = [table for table in filled if self._changed(cursor, table)]
            if changed or not self.reference.keys() <= set(filled):
                self._rewrite(cursor, changed)

    def _rewrite(self, cursor: Any, changed: list[str]) -> None:
        tables = self._tables(cursor)
        for table in tables:
            cursor.execute(self._sql("ALTER TABLE {} DISABLE TRIGGER USER", table))
        if changed:
            names = sql.SQL(", ").join(map(sql.Identifier, changed))
            # A table that refers to an emptied one is emptied with it, reference tables included;
            # those are filled again below.
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        filled = self._filled(cursor)
        for table, (_, rows) in self.reference.items():
            if table not in filled:
                cursor.copy_expert(self._sql("COPY {} FROM STDIN", table), io.StringIO(rows))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(self._sql("ALTER TABLE {} ENABLE TRIGGER USER", table))

    def _changed(self, cursor: Any, table: str) -> bool:
        kept = self.reference.get(table)
        return kept is None or self._digest(cursor, table) != kept[0]

    @staticmethod
    def _sql(text: str, table: str) -> sql.Composed:
        return sql.SQL(text).format(sql.Identifier(table))

    @staticmethod
    def _tables(cursor: Any) -> dict[str, bool]:
        """Every table, and whether it holds anything."""
        cursor.execute(TABLES)
        return dict(cursor.fetchall())

    def _filled(self, cursor: Any) -> list[str]:
        return [table for table, filled in self._tables(cursor).items() if filled]

    def _digest(self, cursor: Any, table: str) -> str:
        rows = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"
        cursor.execute(self._sql(rows, table))
        return str(cursor.fetchone()[0])
