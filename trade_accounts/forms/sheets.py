"""An uploaded spreadsheet of users or addresses: from its cells to what each row means.

The cells of a row are checked by the form with which one person or address is added, so that a file
and a page have the same rules and words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused, refusal
from core.forms import PortalForm
from core.text import filled, one_line
from files.contents.tables import Table, TableRow
from trade_accounts.facts.sheet_rows import SheetRow
from trade_accounts.states import RowAction

#: Rows that a file may have.
MOST_ROWS = 2_000

_WRONG = {
    "formula": gettext_lazy("This cell has a formula. Paste its value instead."),
    "error": gettext_lazy("The formula in this cell failed. Type the value instead."),
    "merged": gettext_lazy("This cell is merged with others. Unmerge it."),
}


class SheetForm(PortalForm):
    """The file to import."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet (XLSX)"),
        help_text=gettext_lazy("The first row has the names of the columns, as in the export."),
    )


@dataclass(frozen=True)
class Reading:
    """How one kind of sheet is read.

    ``columns`` maps each field to the head of its column, ``needed`` are those that must be there.
    ``understood`` says what the texts of a row mean.
    """

    columns: Mapping[str, Any]
    needed: Sequence[str]
    understood: Callable[[dict[str, str]], Meaning]


@dataclass(frozen=True)
class Meaning:
    """What a row means. ``problems`` are by field, "" for the row. ``key`` says whom or what it is
    about: two rows about the same contradict each other.
    """

    action: str
    key: str = ""
    name: str = ""
    target: str = ""
    mark: str = ""
    values: Mapping[str, Any] | None = None
    changes: Sequence[str] = ()
    problems: Mapping[str, Sequence[str]] | None = None


def rows_of(table: Table, reading: Reading) -> tuple[list[str], list[SheetRow]]:
    """The heads of the columns, and what each row means. Raises Refused if the file as a whole
    can't be read: too many rows, no rows, or a column that is missing or there twice.
    """
    if table.problem:
        raise refusal("unreadable", _("This file can't be read as an XLSX spreadsheet."), "file")
    if table.count > MOST_ROWS + 1:
        words = _("The sheet has %(n)s rows. Import at most %(most)s at once.")
        raise refusal("many", words % {"n": table.count - 1, "most": MOST_ROWS}, "file")
    if len(table.rows) < 2:
        words = _("The first sheet has no rows below the names of its columns.")
        raise refusal("empty", words, "file")
    head, *body = table.rows
    places = _places(head, reading)
    rows = _without_twins(_row(one, places, reading) for one in body)
    columns = [one_line(text) for text in head.cells]
    while columns and not columns[-1]:
        columns.pop()
    return columns, rows


def _places(head: TableRow, reading: Reading) -> dict[str, int]:
    """Field -> place of its column. Raises Refused with every column that is missing or double."""
    found = [" ".join(one_line(text).split()).casefold() for text in head.cells]
    places, problems = {}, []
    for name, label in reading.columns.items():
        words = str(label).casefold()
        count = found.count(words)
        if count == 1:
            places[name] = found.index(words)
        elif count > 1:
            text = filled(_("The column “%(name)s” is there twice."), name=str(label))
            problems.append(refusal("twice", text, "file").problems[0])
        elif name in reading.needed:
            text = filled(_("The column “%(name)s” is missing."), name=str(label))
            problems.append(refusal("missing", text, "file").problems[0])
    if problems:
        raise Refused("columns", problems)
    return places


def _row(row: TableRow, places: Mapping[str, int], reading: Reading) -> SheetRow:
    wrong = {
        str(place): [str(_WRONG[row.wrong[place]])]
        for place in sorted(places.values())
        if place in row.wrong
    }
    made = SheetRow(number=row.number, cells=list(row.cells))
    if wrong:
        return replace(made, action=RowAction.ERROR, problems=wrong)
    texts = {name: _cell(row, place) for name, place in places.items()}
    meaning = reading.understood(texts)
    problems = {
        str(places.get(name, "")): list(words) for name, words in (meaning.problems or {}).items()
    }
    return replace(
        made,
        action=RowAction.ERROR if problems else meaning.action,
        name=meaning.name,
        key=meaning.key,
        target=meaning.target,
        mark=meaning.mark,
        values=dict(meaning.values or {}),
        changes=list(meaning.changes),
        problems=problems,
    )


def _cell(row: TableRow, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _without_twins(rows: Iterator[SheetRow]) -> list[SheetRow]:
    """A row about the same person or address as an earlier one is an error."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        first = seen.setdefault(row.key, row.number) if row.key else row.number
        is_twin = first != row.number and row.action != RowAction.ERROR
        found.append(_twin(row, first) if is_twin else row)
    return found


def _twin(row: SheetRow, first: int) -> SheetRow:
    words = _("Row %(n)s is about the same. Keep one of them.") % {"n": first}
    return replace(row, action=RowAction.ERROR, problems={"": [words]})


def errors_of(form: forms.Form) -> dict[str, list[str]]:
    """The errors of a form by field, "" for the row as a whole."""
    return {
        "" if name == "__all__" else name: [str(one) for one in found]
        for name, found in form.errors.items()
    }


def coded(text: str, choices: Sequence[tuple[Any, Any]]) -> str:
    """The code of a choice that is written in words or as its code; anything else as it is."""
    wanted = " ".join(text.split()).casefold().rstrip(".")
    for code, label in choices:
        if wanted in {str(code).casefold(), str(label).casefold().rstrip(".")}:
            return str(code)
    return text
