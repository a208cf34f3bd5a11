"""Finds facts that were added later than they say, with a fitting seal, past the portal (A5)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

from audit.models import Seal, What
from audit.selectors.chain import MOST_LATE, Said
from audit.selectors.facts import Facts, Found

#: Rows whose moment lies before a statement that does not count them, and the last such statement.
_LATE = """
    SELECT t.id::text, max(ends.position) FROM "{table}" t
    JOIN audit_seal seal ON seal.of_table = '{table}' AND seal.row_id = t.id::text AND part = ''
    JOIN unnest(%s::timestamptz[], %s::bigint[]) AS ends (until, position)
        ON ends.position < seal.position AND t."{at}" < ends.until
    WHERE t.id = ANY (%s::{kind}[]) GROUP BY t.id
"""


def added_late(model: type[Model], ids: Sequence[str], ends: Sequence[Said]) -> list[Found]:
    """Of these rows, those that say to be from before a signed statement (``ends``), and whose seal
    came into the chain after it.

    Facts of a table that had no seal by then do not count: a migration has sealed them later.
    """
    facts = Facts(model, "id", ids)
    if not facts.frozen.at or not ends:
        return []
    until = [one.until - MOST_LATE for one in ends]
    statement = _LATE.format(table=facts.table, at=facts.frozen.at, kind=facts.kind)
    with connection.cursor() as cursor:
        cursor.execute(statement, [until, [one.position for one in ends], list(ids)])
        late = cursor.fetchall()
    first = _first_position(facts.table) if late else 0
    return [Found(facts.table, row, What.LATE) for row, position in late if position >= first]


def _first_position(table: str) -> int:
    laid = Seal.objects.filter(of_table=table, position__isnull=False).order_by("position")
    return int(laid.values_list("position", flat=True)[0] or 0)
