"""The rows of one page of a list: counted and cut in SQL, with statements that are compiled once
where a list is asked for often (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window

from core.compiled import Compiled

Narrow = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True)
class Rows:
    """The rows of a list as a function of values, whose first page is asked for often.

    ``make`` gets the values as :class:`core.compiled.Compiled` hands them over. It is the same
    object as long as the statement says the same, and another one on another program day: filters
    may ask what day it is.
    """

    make: Callable[..., QuerySet[Any]]
    values: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self) -> QuerySet[Any]:
        """The rows for these values, to be filtered further."""
        return self.make(**self.values)


@dataclass(frozen=True)
class Shape:
    """What the statements of a list depend on, except the values; the filters with what was chosen
    in them.
    """

    make: Callable[..., QuerySet[Any]]
    types: tuple[tuple[str, type], ...]
    filters: tuple[tuple[Narrow, str], ...]
    plain: Callable[[QuerySet[Any]], QuerySet[Any]] | None
    order: tuple[str, ...]

    def narrowed(self, **values: Any) -> QuerySet[Any]:
        """The rows that pass the filters, in order."""
        rows = self.make(**values)
        for apply, chosen in self.filters:
            rows = apply(rows, chosen)
        return self.ordered(self.plain(rows) if self.plain is not None else rows)

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in the order of the list."""
        return rows.order_by(*self.order)


@lru_cache(maxsize=64)
def _first(shape: Shape, number: int) -> Compiled[Any]:
    """The first rows. Nothing is before them, so the database computes the columns of no others."""
    return Compiled(lambda **values: shape.narrowed(**values)[:number], **dict(shape.types))


@dataclass(frozen=True)
class Cut:
    """The rows of a list for the paginator: counted, and cut by id before annotating.

    A slice selects the ids of its rows and, in the same statement, these rows with their
    annotations. Otherwise the database would compute every column of every row before the page
    (page 480 of 12,000 partners: 1.0 s instead of 0.19 s).
    """

    rows: QuerySet[Any]
    every: QuerySet[Any]
    #: How many rows pass the filter, if the page knows it from elsewhere.
    total: int | None = None

    ordered = True

    def count(self) -> int:
        """How many rows pass the filter."""
        return self.rows.count() if self.total is None else self.total

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, place: slice) -> list[Any]:
        ids: Any = self.rows.values("pk")[place]
        if not self.rows.model._meta.managed:
            # For a view: values reach the indexes below it, a subquery does not.
            ids = [row["pk"] for row in ids]
        return list(self.every.filter(pk__in=ids))


@dataclass(frozen=True)
class CompiledCut(Cut):
    """The same for rows whose first page is asked for with a statement that is compiled once."""

    shape: Shape = field(kw_only=True)
    values: Mapping[str, Any] = field(kw_only=True)

    def __getitem__(self, place: slice) -> list[Any]:
        if place.start or not place.stop:
            return super().__getitem__(place)
        return _first(self.shape, place.stop).rows(**self.values)


@dataclass(frozen=True)
class CountedCut(Cut):
    """The same for rows that cost most to find: they are found once, and counted as they are cut.

    A page that turned out to be the only one costs one statement more, all others none.
    """

    found: list[int] = field(default_factory=list)

    def count(self) -> int:
        """How many rows pass the filter; known once a page was cut."""
        return self.found[0] if self.found else super().count()

    def __getitem__(self, place: slice) -> list[Any]:
        counted = self.rows.annotate(found_in_all=Window(Count("*")))
        rows = list(counted.values_list("pk", "found_in_all")[place])
        self.found[:] = [total for _pk, total in rows[:1]]
        return list(self.every.filter(pk__in=[pk for pk, _total in rows]))


def page_of(rows: Any, size: int, wanted: str) -> Page[Any]:
    """One page. If a list fits on its first page, reading it also gives the count."""
    if wanted != "1":
        return Paginator(rows, size).get_page(wanted)
    first = rows[: size + 1]
    whole = first if len(first) <= size else rows
    return Page(first[:size], 1, Paginator(whole, size))
