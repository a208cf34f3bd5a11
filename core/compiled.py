"""Questions to the database that every request asks are compiled once (docs/performance.md).

Building and compiling a statement costs more processor time than its answer, and most statements
are the same each time but for an id and a date. The database plans them once, too
(:mod:`core.prepared`).
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import F, Lookup, QuerySet

from core.ids import new_id
from core.prepared import Prepared

R = TypeVar("R")

#: What stands for a value while a statement is compiled; no row and no rule has such values.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    uuid.UUID: lambda number: new_id(),
    str: lambda number: f"stand-in {number} {new_id()}",
    dt.date: lambda number: dt.date(1, 1, 1) + dt.timedelta(days=number),
    dt.datetime: lambda number: dt.datetime(1, 1, 2, 3, 4, 5, number, tzinfo=dt.UTC),
    list: lambda number: [new_id()],
}


class AnyOf(Lookup):
    """``any_of("security_model", ids)``: the column is one of some values.

    Unlike ``__in``, it is one parameter for any number of values, so the text of a statement does
    not depend on them: it can be compiled once, and 150 ids cost no more than two.
    """

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``column = ANY (values)``, which PostgreSQL plans like ``IN``."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s)", (*parameters, self.rhs)


def any_of(column: str, values: Collection[Any]) -> AnyOf:
    """A condition for ``filter``: the column is one of the values; none if there are none."""
    return AnyOf(F(column), values if isinstance(values, list) else list(values))


@dataclass(frozen=True)
class _Statement:
    """What compiling has found: all but the values."""

    rows: Any
    compiler: Any
    sql: str
    #: A name for a value that is filled in; in a tuple of one for a value that stays.
    parameters: tuple[str | tuple[Any], ...]
    converters: Any
    prepared: Prepared

    def filled(self, values: Mapping[str, Any]) -> Iterator[Any]:
        """The rows for these values, read as Django reads those of the queryset."""
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.rows.db]
        asks = self.prepared.ask(compiler.connection, values) or (self.sql, self._given(values))
        compiler.as_sql = lambda *args, **kwargs: asks
        compiler.get_converters = lambda expressions: self.converters
        query: Any = copy.copy(self.rows.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        asked: Any = SimpleNamespace(db=self.rows.db, query=query, _known_related_objects={})
        asked._fields = self.rows._fields
        read: Any = self.rows._iterable_class
        return iter(read(asked))

    def _given(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(one[0] if isinstance(one, tuple) else values[one] for one in self.parameters)


class Compiled(Generic[R]):
    """A queryset as a function of values, compiled when it is first asked.

    ``make`` gets one stand-in for each name in ``types`` and hands every one of them to a lookup
    as it is. What the statement says must not depend on values: a ``None`` finds nothing. Rows
    come as lists, for a queryset could be filtered further and be compiled with the stand-ins.
    Several ids are a ``list`` and go to :func:`any_of`.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, R]], **types: type) -> None:
        self.make = make
        self.types = types

    @cached_property
    def _statement(self) -> _Statement:
        stand_ins = {
            name: _STAND_INS[kind](at) for at, (name, kind) in enumerate(self.types.items())
        }
        rows = self.make(**stand_ins)
        compiler = rows.query.get_compiler(rows.db)
        sql, found = compiler.as_sql()
        parameters = tuple(_name_or_value(stand_ins, value) for value in found)
        if unused := [name for name in self.types if name not in parameters]:
            raise TypeError(f"{self.make.__qualname__} changes or leaves out {unused}")
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        prepared = Prepared(sql, parameters, self.types)
        return _Statement(rows, compiler, sql, parameters, converters, prepared)

    def rows(self, **values: Any) -> list[R]:
        """All rows for these values."""
        return list(self._statement.filled(values))

    def first(self, **values: Any) -> R | None:
        """The first row for these values; ``make`` says how many are read."""
        return next(self._statement.filled(values), None)


def _name_or_value(stand_ins: Mapping[str, Any], value: Any) -> str | tuple[Any]:
    """The name of the stand-in that a parameter is; a value that stays in a tuple of one."""
    return next((name for name, one in stand_ins.items() if one == value), (value,))
