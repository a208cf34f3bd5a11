"""Facts that this process has compared with their seals, so that a page which shows the same rows
again compares their versions only.

Every change of a row, by whomever, writes another version of it (ADR 16).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db.models import Expression, F, Func, JSONField, Model

_MOST = 10_000

_VERSION_OF_ONE = "(SELECT {version} FROM {table} fact WHERE fact.id = %(expressions)s)"


def version_of(row: str) -> str:
    """The version of a row in SQL, by its alias: table, id, place and transaction.

    The version of the table's own entry in the catalogue changes with its columns: a column that is
    dropped and added again with a default shows another value in rows that were not written again.
    """
    entry = f"SELECT known.xmin FROM pg_class known WHERE known.oid = {row}.tableoid"  # noqa: S608 (our own alias)
    return f"concat_ws(' ', {row}.tableoid, {row}.id, {row}.ctid, {row}.xmin, ({entry}))"


def fact_versions(*facts: tuple[type[Model], str]) -> Expression:
    """The versions of facts, each named by a model and the column with its id, as a JSON list.

    For the queries that read the facts: so they tell of what is read, not of what came later. A
    fact that is gone has no version.
    """
    tables = [(model._meta.db_table, key) for model, key in facts]
    each = [
        Func(F(key), template=_VERSION_OF_ONE.format(version=version_of("fact"), table=table))
        for table, key in tables
    ]
    return Func(*each, function="jsonb_build_array", output_field=JSONField())


class Remembered:
    """What a statement read when it compared: only versions that were compared and found as they
    were written. It is bounded, and each process has its own.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def knows(self, versions: Iterable[Any]) -> bool:
        """Whether exactly these were compared; False if a fact is gone."""
        name = _name(versions)
        if name is None:
            return False
        try:
            self._known.move_to_end(name)  # not asked for first: another thread may drop it
        except KeyError:
            return False
        return True

    def add(self, versions: Iterable[Any]) -> None:
        """Remember these, which were read by the statement that has compared them."""
        name = _name(versions)
        if name is not None:
            self._known[name] = None
        while len(self._known) > _MOST:
            self._known.popitem(last=False)


def _name(versions: Iterable[Any]) -> bytes | None:
    every = list(versions)
    if not all(one and all(one) for one in every):
        return None
    return sha256(repr(every).encode()).digest()
