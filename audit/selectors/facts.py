"""Compares facts with the seals that were made as they were written (P8, A5).

What is compared is what the database would hand out now, so nothing that was altered is shown as
signed. A fact that was found unaltered is remembered by the version of its row (``xmin``), which
every change makes another: pages that show it again ask only for the versions.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from audit.frozen import Frozen
from audit.frozen.sealing import is_fact
from audit.models import What
from audit.selectors.remembered import version_of


@dataclass(frozen=True)
class Found:
    """A record that differs from what was written, and how."""

    of_table: str
    row_id: str
    what: What


class Altered(Exception):
    """What was asked for differs from what was signed or recorded; it must not be shown."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = tuple(found)
        super().__init__(", ".join(f"{one.of_table} {one.row_id}" for one in found))


@dataclass(frozen=True)
class Facts:
    """The facts of a model that have one of some values in a column of the database."""

    model: type[Model]
    column: str
    values: Collection[Any]

    @property
    def table(self) -> str:
        """The name of their table."""
        return self.model._meta.db_table

    @property
    def frozen(self) -> Frozen:
        """What of them does not change."""
        declared: Frozen = self.model.frozen  # type: ignore[attr-defined]
        return declared

    @property
    def kind(self) -> str:
        """The type of the column."""
        field = self.model._meta.get_field(self.column)
        return str(field.db_type(connections[DEFAULT_DB_ALIAS]))

    @property
    def rows(self) -> str:
        """What follows SELECT: the rows as ``t``. Its one parameter are the values."""
        where = f't."{self.column}" = ANY (%s::{self.kind}[])'
        facts = is_fact(self.frozen, "t")
        if not self.frozen.from_the_start:
            # What has a seal is a fact, whatever its row says now.
            sealed = f"of_table = '{self.table}' AND row_id = t.id::text"
            facts = f"({facts} OR EXISTS (SELECT FROM audit_seal WHERE {sealed}))"
        return f'FROM "{self.table}" t WHERE {where} AND {facts}'


#: What was asked for and the versions of its rows that this process found unaltered, the newest
#: last. Rows that are gone have no version: only what was asked for tells of them.
_known: OrderedDict[tuple[str, str], None] = OrderedDict()
_MOST_KNOWN = 10_000


def unaltered(*facts: Facts) -> None:
    """Raise Altered if one of these facts differs from its seal; call before they are shown.

    One statement if the same rows were found unaltered before, otherwise two.
    """
    key = _requested(facts), _versions(facts)
    try:
        _known.move_to_end(key)  # not asked for first: another thread may drop it in between
        return
    except KeyError:
        pass
    if found := differing(facts):
        raise Altered(found)
    _known[key] = None
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)


def _requested(facts: Iterable[Facts]) -> str:
    """A fingerprint of what was asked for."""
    asked = [(one.table, one.column, sorted(str(value) for value in one.values)) for one in facts]
    return hashlib.sha256(repr(asked).encode()).hexdigest()


def _versions(facts: Iterable[Facts]) -> str:
    """A fingerprint of the rows and their versions; it reads no content."""
    each = [f"SELECT {version_of('t')} {one.rows}" for one in facts]
    statement = _VERSIONS.format(" UNION ALL ".join(each))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, [list(one.values) for one in facts])
        return str(cursor.fetchone()[0])


def differing(facts: Iterable[Facts], using: str = DEFAULT_DB_ALIAS) -> list[Found]:
    """The facts among these that differ from their seals, or that have none; by their id, or by a
    column that the model names in ``read_by``, also those that are gone.
    """
    parts: list[str] = []
    values: list[Any] = []
    for one in facts:
        frozen = one.frozen
        parts.append(_ROW.format(table=one.table, rows=one.rows))
        values += [[*frozen.changes, *frozen.written_once], list(one.values)]
        if frozen.written_once:
            parts.append(_ONCE.format(table=one.table, rows=one.rows))
            values += [list(frozen.written_once), list(one.values)]
        if one.column == "id":
            gone = _NOT_DELETED if frozen.deletable else ""
            parts.append(_MISSING.format(table=one.table, kind=one.kind, not_deleted=gone))
            values.append([str(value) for value in one.values])
        elif one.column in frozen.read_by:
            parts.append(
                _LEFT.format(table=one.table, column=one.column, kind=one.kind, rows=one.rows)
            )
            values += [list(one.values)] * 3
    with connections[using].cursor() as cursor:
        cursor.execute(_DIFFERING.format(" UNION ALL ".join(parts)), values)
        return [Found(table, row, What(what)) for table, row, what in cursor.fetchall()]


def fact(row: Model) -> Facts:
    """The facts of one row."""
    return Facts(type(row), "id", [row.pk])


_VERSIONS = """
    SELECT encode(sha256(convert_to(coalesce(
        string_agg(version, ',' ORDER BY version), ''), 'UTF8')), 'hex')
    FROM ({}) AS versions(version)
"""
#: What the row gives now: the digest of what never changes, and of each column written once.
_ROW = """
    SELECT '{table}' AS of_table, t.id::text AS row_id, '' AS part,
        fact_digest(to_jsonb(t), %s) AS digest {rows}
"""
_ONCE = """
    SELECT '{table}', fact ->> 'id', part, CASE WHEN coalesce(fact ->> part, '') <> ''
        THEN fact_digest(jsonb_build_object(part, fact -> part), '{{}}') END
    FROM unnest(%s) AS part, (SELECT to_jsonb(t) AS fact {rows}) AS facts
"""
#: Rows that have a seal and are gone, although nobody was allowed to delete them.
_MISSING = """
    SELECT of_table, row_id, 'missing', '' FROM audit_seal sealed
    WHERE of_table = '{table}' AND part = '' AND row_id = ANY (%s)
        AND NOT EXISTS (SELECT FROM "{table}" t WHERE t.id = row_id::{kind}) {not_deleted}
"""
#: Rows that have a seal saying that they belong to one of the values, and no longer do. Digests of
#: the values are computed first: behind a policy, an index answers no condition with a function of
#: a joined row (ADR 18), and without the index every seal of the table would be read.
_LEFT = """
    SELECT sealed.of_table, sealed.row_id,
        CASE WHEN EXISTS (SELECT FROM "{table}" t WHERE t.id::text = sealed.row_id)
            THEN 'left' ELSE 'missing' END, ''
    FROM unnest(%s::{kind}[]) AS wanted (value)
    JOIN audit_seal sealed ON sealed.of_table = '{table}' AND sealed.part = '{column}'
        AND sealed.digest = ANY ((
            SELECT array_agg(fact_digest(jsonb_build_object('{column}', one), '{{}}'))
            FROM unnest(%s::{kind}[]) AS one)::text[])
        AND sealed.digest = fact_digest(jsonb_build_object('{column}', wanted.value), '{{}}')
    LEFT JOIN (SELECT t.id::text, t."{column}" AS value {rows}) AS there
        ON there.id = sealed.row_id AND there.value = wanted.value
    WHERE there.id IS NULL
"""
#: Only where rows may be deleted does a seal say that this was done.
_NOT_DELETED = """
    AND NOT EXISTS (SELECT FROM audit_seal gone WHERE gone.of_table = sealed.of_table
        AND gone.row_id = sealed.row_id AND gone.part = 'gone')
"""
_DIFFERING = """
    SELECT DISTINCT now_there.of_table, now_there.row_id, CASE WHEN part = 'missing' THEN part
        WHEN seal.digest IS NULL AND part = '' THEN 'unsealed' ELSE 'altered' END
    FROM ({}) AS now_there LEFT JOIN audit_seal seal USING (of_table, row_id, part)
    WHERE part IN ('missing', 'left') OR now_there.digest IS DISTINCT FROM seal.digest
"""
