"""The database that tests run on: made from a template, and emptied between tests that commit.

Migrations and reference data take as long as hundreds of tests. So the owner fills one template
(`python -m devtools.test_database` does it beforehand), and each process of a run copies it.

Django's own flush needs TRUNCATE, which the application's role must not have. This one connects as
the owner, disables append-only triggers, empties what tests filled, and restores reference tables
(those that migrations and `load_reference` filled).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
#: The lock under which one process makes the template while others wait; any number will do.
MAKING = 20260105
#: Connecting to it is for making other databases.
NEUTRAL = "postgres"

TABLES = """
    SELECT c.relname, pg_relation_size(c.oid) > 0, c.relforcerowsecurity, EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
    )
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r'
    ORDER BY c.relname
"""


def template_name() -> str:
    """The template's name: another one as soon as code, migrations or reference data change."""
    digest = hashlib.sha256()
    folders = [one.parent for one in ROOT.glob("*/apps.py")]
    made_of = {ROOT / "deploy" / "privileges.sql"}
    for folder in (*folders, ROOT / "reference"):
        made_of |= {one for one in folder.rglob("*") if one.is_file() and one.suffix != ".pyc"}
    for path in sorted(made_of):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"portal_template_{digest.hexdigest()[:16]}"


def copy_template(name: str) -> None:
    """Make the database ``name`` as a copy of the template, and lead both roles to it."""
    _lead_to(NEUTRAL)
    parameters = connections["owner"].get_connection_params()
    plain = ("dbname", "user", "password", "host", "port")
    with _autocommit({key: parameters[key] for key in plain if parameters.get(key)}) as cursor:
        template = template_name()
        cursor.execute("SELECT pg_advisory_lock(%s)", [MAKING])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            _make(cursor, template)
        if name != template:
            cursor.execute(_named("DROP DATABASE IF EXISTS {}", name))
            cursor.execute(_named("CREATE DATABASE {} TEMPLATE {}", name, template))
    _lead_to(name)


def _make(cursor: Any, template: str) -> None:
    """Migrate and load under another name first: half a template must not be taken for one."""
    draft = f"{template}_draft"
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'portal_template_%'")
    for (old,) in cursor.fetchall():
        cursor.execute(_named("DROP DATABASE {}", old))
    cursor.execute(_named("CREATE DATABASE {}", draft))
    _lead_to(draft)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    _lead_to(NEUTRAL)
    cursor.execute(_named("ALTER DATABASE {} RENAME TO {}", draft, template))


def _named(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _lead_to(name: str) -> None:
    for alias in ("owner", "default"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def _autocommit(parameters: Mapping[str, Any]) -> Iterator[Any]:
    connection = psycopg2.connect(**parameters)
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


class Table(NamedTuple):
    """A table; whether it has pages, policies that hold for its owner, and triggers of ours."""

    name: str
    paged: bool
    walled: bool
    guarded: bool


class Flush:
    """Remembers the reference rows of the database at `parameters` and restores them."""

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
        """Remember the current contents of the tables as the state to restore."""
        with self.cursor() as cursor:
            for table in self._filled(cursor):
                rows = io.StringIO()
                cursor.copy_expert(self._sql("COPY {} TO STDOUT", table), rows)
                self.reference[table] = (self._digest(cursor, table), rows.getvalue())

    def run(self) -> None:
        """Restore every table to the remembered state."""
        with self.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'; SET CONSTRAINTS ALL DEFERRED")
            tables = self._tables(cursor)
            # Wait for rows that someone is still writing; they would otherwise remain afterwards.
            every = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
            cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(every))
            filled = self._filled(cursor)
            changed = {table for table in filled if self._changed(cursor, table)}
            changed |= self.reference.keys() - set(filled)
            if changed:
                self._rewrite(cursor, tables, changed)

    def _rewrite(self, cursor: Any, tables: list[Table], changed: set[str]) -> None:
        """Empty and refill; foreign keys are checked when all rows are restored.

        TRUNCATE would take ten times as long: it creates new files for everything that refers to a
        table.
        """
        guarded = [table.name for table in tables if table.guarded]
        for table in guarded:
            cursor.execute(self._sql("ALTER TABLE {} DISABLE TRIGGER USER", table))
        for table in changed:
            cursor.execute(self._sql("DELETE FROM {}", table))
        refilled = changed & self.reference.keys()
        # COPY refuses tables with policies, also if they show every row.
        walled = [table.name for table in tables if table.walled and table.name in refilled]
        for table in walled:
            cursor.execute(self._sql("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", table))
        for table in refilled:
            _, rows = self.reference[table]
            cursor.copy_expert(self._sql("COPY {} FROM STDIN", table), io.StringIO(rows))
        for table in walled:
            cursor.execute(self._sql("ALTER TABLE {} FORCE ROW LEVEL SECURITY", table))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(self._sql("ALTER TABLE {} ENABLE TRIGGER USER", table))

    def _changed(self, cursor: Any, table: str) -> bool:
        kept = self.reference.get(table)
        return kept is None or self._digest(cursor, table) != kept[0]

    @staticmethod
    def _sql(text: str, table: str) -> sql.Composed:
        return sql.SQL(text).format(sql.Identifier(table))

    @staticmethod
    def _tables(cursor: Any) -> list[Table]:
        cursor.execute(TABLES)
        return [Table(*row) for row in cursor.fetchall()]

    def _filled(self, cursor: Any) -> list[str]:
        """Tables with rows; an emptied one may keep its pages."""
        paged = [table.name for table in self._tables(cursor) if table.paged]
        return [table for table in paged if self._has_rows(cursor, table)]

    def _has_rows(self, cursor: Any, table: str) -> bool:
        cursor.execute(self._sql("SELECT EXISTS (SELECT FROM {})", table))
        return bool(cursor.fetchone()[0])

    def _digest(self, cursor: Any, table: str) -> str:
        rows = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"
        cursor.execute(self._sql(rows, table))
        return str(cursor.fetchone()[0])


def main() -> None:
    """Make the template, for runs whose processes then copy it at once."""
    import django

    django.setup()
    copy_template(template_name())


if __name__ == "__main__":
    main()
