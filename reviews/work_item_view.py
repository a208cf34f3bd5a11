"""The view ``work_item``, created from the registered kinds after each migration of the schema.

It is dropped before migrations run, because PostgreSQL can't change a column that a view reads, and
created when all of them are applied. It contains a fingerprint of its source, so that a release
which registers other kinds and was started without ``migrate`` is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

from core.crypto import content_hash
from core.staff_work import COLUMNS, WorkKind, kinds
from reviews.models import WorkItem

VIEW = WorkItem._meta.db_table

REMEDY = "Run manage.py migrate --database owner: it lays the view anew."


def connect(app: AppConfig) -> None:
    """Have every ``migrate`` create the view, and ``check --database`` check it."""
    pre_migrate.connect(take_away, sender=app)
    post_migrate.connect(lay, sender=app)
    checks.register(check, checks.Tags.database)


def take_away(*, using: str, plan: list[Any], **_more: Any) -> None:
    """Drop the view before the migrations of a plan."""
    if plan:
        with connections[using].cursor() as cursor:
            cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")


def lay(*, using: str, **_more: Any) -> None:
    """Create the view again; it is read with the rights of the caller.

    Not while a migration is missing, because the kinds use the newest tables.
    """
    if _lacks_migrations(using):
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")
        cursor.execute(f"CREATE VIEW {VIEW} WITH (security_invoker = true) AS {definition(using)}")
        cursor.execute(f"COMMENT ON VIEW {VIEW} IS %s", [fingerprint(using)])


def is_current(using: str) -> bool:
    """Whether the view in the database matches the registered kinds; one query."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [VIEW])
        return cursor.fetchone() == (fingerprint(using),)


def check(*, databases: Sequence[str] | None = None, **_more: Any) -> list[checks.CheckMessage]:
    """Report a view that is missing or older than the code. ``migrate`` itself reports missing
    migrations.

    It is only a warning, because ``migrate`` would not start with an error, and is the remedy.
    """
    found = [
        using
        for using in databases or ()
        if connections[using].vendor == "postgresql"
        and not _lacks_migrations(using)
        and not is_current(using)
    ]
    words = "The view of open work is missing or older than the code in database {}."
    return [checks.Warning(words.format(using), REMEDY, id="reviews.W001") for using in found]


def fingerprint(using: str) -> str:
    """A short fingerprint of the source of the view."""
    return content_hash(definition(using))


def _lacks_migrations(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def definition(using: str) -> str:
    """One SELECT for each kind, with the same columns of the same types."""
    return " UNION ALL ".join(_select(kind, using) for kind in kinds())


def _select(kind: WorkKind, using: str) -> str:
    ops: Any = connections[using].ops
    rows = ops.compose_sql(*kind.rows().query.get_compiler(using).as_sql())
    code = ops.compose_sql("%s", [kind.code])
    columns = ", ".join(f"q.{name}::{type_} AS {name}" for name, type_ in COLUMNS.items())
    return f"SELECT {code}::text AS kind, {columns} FROM ({rows}) AS q"  # noqa: S608 (our own SQL)
