"""The view ``work_item``: laid from the registered kinds whenever the schema was migrated.

It is taken away before migrations run, because PostgreSQL changes no column that a view reads, and
laid when all of them are applied. So it always says what the code registers.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

from core.staff_work import COLUMNS, WorkKind, kinds
from reviews.models import WorkItem

VIEW = WorkItem._meta.db_table


def connect(app: AppConfig) -> None:
    """Have the view laid by every ``migrate``."""
    pre_migrate.connect(take_away, sender=app)
    post_migrate.connect(lay, sender=app)


def take_away(*, using: str, plan: list[Any], **_more: Any) -> None:
    """Make room for the migrations of a plan."""
    if plan:
        with connections[using].cursor() as cursor:
            cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")


def lay(*, using: str, **_more: Any) -> None:
    """Lay the view anew, read with the rights of who asks.

    Not while a migration is missing: the kinds speak of the newest tables.
    """
    connection = connections[using]
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")
        cursor.execute(f"CREATE VIEW {VIEW} WITH (security_invoker = true) AS {definition(using)}")


def definition(using: str) -> str:
    """One SELECT a kind, with the same columns of the same types."""
    return " UNION ALL ".join(_select(kind, using) for kind in kinds())


def _select(kind: WorkKind, using: str) -> str:
    ops: Any = connections[using].ops
    rows = ops.compose_sql(*kind.rows().query.get_compiler(using).as_sql())
    code = ops.compose_sql("%s", [kind.code])
    columns = ", ".join(f"q.{name}::{type_} AS {name}" for name, type_ in COLUMNS.items())
    return f"SELECT {code}::text AS kind, {columns} FROM ({rows}) AS q"  # noqa: S608 (our own SQL)
