"""A list: columns, filters, sorting and page declared once; its state is in the URL.

Sorted and cut in SQL, exported as CSV and XLSX with the same filter, with a constant number of
queries.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.list_pages import CompiledCut, CountedCut, Cut, Rows, Shape, page_of
from core.text import one_line

PAGE_SIZES = (25, 50, 100)
#: What an address says of a list besides its filters.
_SHAPE = frozenset({"sort", "size", "page", "view", "export"})
EXPORT_LIMIT = 20_000
CHUNK = 500
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column: ``value`` reads it from a row; ``sort`` names the fields that it sorts
    by in SQL.
    """

    key: str
    label: Any
    value: Callable[[Any], Any]
    sort: Sequence[str] = ()
    numeric: bool = False


@dataclass(frozen=True)
class Filter:
    """One filter; ``apply`` narrows a queryset by a chosen value, ``choices`` are (value, label).

    A filter without choices is a search box. One that ``is_rare`` is shown under "More filters".
    """

    key: str
    label: Any
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    is_rare: bool = False


@dataclass(frozen=True)
class ShownHeader:
    """The head of a column in words; ``url`` is empty if the list cannot be sorted by it."""

    label: str
    url: str
    aria_sort: str
    numeric: bool


@dataclass(frozen=True)
class ShownFilter:
    """A filter in words; ``choices`` are (value, label, is chosen), or None for a search box."""

    key: str
    label: str
    choices: tuple[tuple[str, str, bool], ...] | None
    value: str


@dataclass(frozen=True)
class Listing:
    """The declaration of a list.

    ``first`` names fields that come before the chosen sort order. ``plain`` narrows the list while
    nothing is filtered; filters find what it leaves out. ``beneath`` are facts that a row shows
    below others; they have columns only in an export. ``complete`` reads what only shown rows need
    and adds it to them: once for the rows of a page, and for each chunk of an export.
    ``counts_found``: rows that words find are counted by the statement that finds them.
    """

    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    sort: str = ""
    first: Sequence[str] = ()
    page_size: int = 25
    plain: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    beneath: Sequence[Column] = ()
    complete: Callable[[Sequence[Any]], None] = lambda _rows: None
    counts_found: bool = False

    @property
    def exported(self) -> Sequence[Column]:
        """The columns of an export."""
        return [*self.columns, *self.beneath]

    def show(
        self,
        rows: QuerySet[Any] | Rows,
        params: QueryDict | Mapping[str, str],
        plain_total: int | None = None,
    ) -> ListPage:
        """The page for the URL's parameters; unknown values fall back to defaults.

        ``plain_total`` is how many rows there are while nothing is filtered, if that is known.
        """
        chosen, sort, size = self._chosen(params), self._sort(params), self._size(params)
        known = rows if isinstance(rows, Rows) else Rows(rows.all)
        shape = self._shape(known, chosen, sort)
        every: Any = SimpleLazyObject(lambda: known().order_by(*shape.order))
        passed: Any = SimpleLazyObject(
            lambda: shape.narrowed(**known.values).order_by(*shape.order)
        )
        cut = Cut(passed, every, None if chosen else plain_total)
        if isinstance(rows, Rows) and not self._typed(chosen):
            cut = CompiledCut(**vars(cut), shape=shape, values=rows.values)
        elif self.counts_found and self._typed(chosen):
            cut = CountedCut(**vars(cut))
        page = page_of(cut, size, str(params.get("page", "1")))
        self.complete(list(page))
        return ListPage(self, page, chosen, sort, size, passed)

    def posted(self, rows: QuerySet[Any], query: str) -> ListPage:
        """The page whose ``query`` came with a form, for an act on all of its rows.

        If the query says something that the list does not know, the page is empty: without that
        filter the act would reach rows that its reader never saw.
        """
        asked = QueryDict(query)
        page = self.show(rows, asked)
        if page.unknown(asked):
            return replace(page, page=page_of(rows.none(), page.size, "1"), rows=rows.none())
        return page

    def _shape(self, rows: Rows, chosen: Mapping[str, str], sort: str) -> Shape:
        return Shape(
            rows.make,
            tuple((name, type(value)) for name, value in rows.values.items()),
            tuple((one.apply, chosen[one.key]) for one in self.filters if one.key in chosen),
            None if chosen else self.plain,
            self._order(sort),
        )

    def _typed(self, chosen: Mapping[str, str]) -> bool:
        """Whether words are searched, which are others each time."""
        return any(one.choices is None for one in self.filters if one.key in chosen)

    def _chosen(self, params: Any) -> dict[str, str]:
        chosen: dict[str, str] = {}
        for one in self.filters:
            value = one_line(str(params.get(one.key, ""))).strip()[:100].strip()
            known = one.choices is None or value in {str(v) for v, _label in one.choices()}
            if value and known:
                chosen[one.key] = value
        return chosen

    def _sort(self, params: Any) -> str:
        wanted = str(params.get("sort", ""))
        sortable = {column.key for column in self.columns if column.sort}
        return wanted if wanted.removeprefix("-") in sortable else self.sort

    def _size(self, params: Any) -> int:
        wanted = str(params.get("size", ""))
        return int(wanted) if wanted in {str(size) for size in PAGE_SIZES} else self.page_size

    def _order(self, sort: str) -> tuple[str, ...]:
        by_key = {column.key: column for column in self.columns}
        names = by_key[sort.removeprefix("-")].sort if sort else ()
        if sort.startswith("-"):
            names = [n.removeprefix("-") if n.startswith("-") else f"-{n}" for n in names]
        return (*self.first, *names, "pk")


@dataclass(frozen=True)
class ListPage:
    """One page of a list, ready for the template or for export."""

    listing: Listing
    page: Page[Any]
    chosen: dict[str, str]
    sort: str
    size: int
    rows: QuerySet[Any] = field(repr=False)

    @property
    def total(self) -> int:
        """How many rows pass the filter."""
        return self.page.paginator.count

    def query(self, **changes: Any) -> str:
        """The query string of this state with ``changes`` (None removes a parameter)."""
        state: dict[str, Any] = {**self.chosen, "sort": self.sort}
        if self.size != self.listing.page_size:
            state["size"] = self.size
        state.update(changes)
        query = QueryDict(mutable=True)
        query.update({k: str(v) for k, v in state.items() if v not in (None, "")})
        return query.urlencode()

    def unknown(self, params: QueryDict | Mapping[str, str]) -> list[str]:
        """What an address says that the list does not know, or not any longer: without it, the list
        shows more rows than its address means.
        """
        said = {
            key: one_line(str(value)).strip() for key, value in params.items() if key not in _SHAPE
        }
        return [key for key, value in said.items() if value and self.chosen.get(key) != value]

    @property
    def is_typed(self) -> bool:
        """Whether the list is filtered by words that the reader typed."""
        return any(one.choices is None and self.chosen.get(one.key) for one in self.listing.filters)

    def headers(self) -> Iterator[ShownHeader]:
        """Each column with the link that sorts by it."""
        for column in self.listing.columns:
            descending = self.sort == f"-{column.key}"
            ascending = self.sort == column.key
            turned = f"-{column.key}" if ascending else column.key
            yield ShownHeader(
                str(column.label),
                f"?{self.query(sort=turned)}" if column.sort else "",
                "ascending" if ascending else "descending" if descending else "",
                column.numeric,
            )

    def filters(self) -> Iterator[ShownFilter]:
        """Each filter that stands above the list, with its choices and the chosen value."""
        return self._shown(rare=False)

    def rare_filters(self) -> Iterator[ShownFilter]:
        """The same of those under "More filters"."""
        return self._shown(rare=True)

    @property
    def has_rare_filters(self) -> bool:
        """Whether there are any under "More filters"."""
        return any(one.is_rare for one in self.listing.filters)

    @property
    def is_filtered_rarely(self) -> bool:
        """Whether one of those is chosen."""
        return any(one.is_rare and self.chosen.get(one.key) for one in self.listing.filters)

    def _shown(self, *, rare: bool) -> Iterator[ShownFilter]:
        for one in (one for one in self.listing.filters if one.is_rare == rare):
            chosen = self.chosen.get(one.key, "")
            choices = one.choices and tuple(
                (str(v), str(label), str(v) == chosen) for v, label in one.choices()
            )
            yield ShownFilter(one.key, str(one.label), choices, chosen)

    def table(self) -> Iterator[list[Any]]:
        """The rows of all pages as plain values, for export."""
        every = self.rows[:EXPORT_LIMIT].iterator(chunk_size=CHUNK)
        while rows := list(islice(every, CHUNK)):
            self.listing.complete(rows)
            for row in rows:
                yield [column.value(row) for column in self.listing.exported]

    def export(self, kind: str) -> tuple[bytes, str, str]:
        """The filtered list as a file: content, content type and extension; ``kind`` is csv or
        xlsx.
        """
        if kind == "xlsx":
            return self.xlsx(), XLSX_TYPE, "xlsx"
        return self.csv(), "text/csv; charset=utf-8", "csv"

    def csv(self) -> bytes:
        """The filtered list as CSV (UTF-8 with a byte order mark, formulas neutralized)."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([str(column.label) for column in self.listing.exported])
        writer.writerows([harmless(value) for value in row] for row in self.table())
        return out.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        """The filtered list as a workbook with one sheet and a frozen header."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"  # before the first row: a sheet that is streamed has begun then
        sheet.append([str(column.label) for column in self.listing.exported])
        for row in self.table():
            sheet.append([_cell(sheet, value) for value in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    """A cell of a workbook: numbers and dates keep their type; all else is text, never a
    formula.
    """
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    cell = WriteOnlyCell(sheet, value=_text(value))
    cell.data_type = "s"
    return cell


def _text(value: Any) -> str:
    """Dates and times in ISO 8601, instants in the time zone of their reader, as the page shows
    them; all else as text.
    """
    if isinstance(value, dt.datetime):
        return localtime(value).isoformat(timespec="seconds")
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def harmless(value: Any) -> Any:
    """A cell of a CSV file that no spreadsheet takes for a formula (ASVS 1.2.10).

    Numbers and dates stay as they are.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = _text(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
