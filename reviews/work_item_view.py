"""The view ``work_item``: one SELECT for each registered kind of work for staff (ADR 14)."""

from __future__ import annotations

from typing import Any

from django.db import connections

from core.laid_views import LaidView
from core.staff_work import COLUMNS, WorkKind, kinds
from reviews.models import WorkItem


def definition(using: str) -> str:
    """One SELECT for each kind, with the same columns of the same types."""
    return " UNION ALL ".join(_select(kind, using) for kind in kinds())


def _select(kind: WorkKind, using: str) -> str:
    ops: Any = connections[using].ops
    rows = ops.compose_sql(*kind.rows().query.get_compiler(using).as_sql())
    code = ops.compose_sql("%s", [kind.code])
    columns = ", ".join(f"q.{name}::{type_} AS {name}" for name, type_ in COLUMNS.items())
    return f"SELECT {code}::text AS kind, {columns} FROM ({rows}) AS q"  # noqa: S608 (our own SQL)


VIEW = LaidView(WorkItem._meta.db_table, definition)
