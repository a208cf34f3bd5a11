"""An uploaded spreadsheet as it goes back: what each row means, and what is wrong in which cell."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from core.text import listed
from trade_accounts.facts.sheet_rows import SheetRow, row_from
from trade_accounts.models import ImportedSheet

_WRONG = PatternFill("solid", fgColor="F4D3D3")


def annotated(sheet: ImportedSheet) -> bytes:
    """The workbook: the columns of the file, then *Result* and *What is wrong*. Cells with errors
    are colored and say why in a comment. Everything is text, never a formula.
    """
    book = Workbook(write_only=True)
    out: Any = book.create_sheet()
    out.freeze_panes = "A2"
    head = [*sheet.columns, _("Result"), _("Details")]
    out.append([_cell(out, text) for text in head])
    for row in map(row_from, sheet.rows):
        width = len(sheet.columns)
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        made = [_marked(out, text, row.problems.get(str(n))) for n, text in enumerate(cells)]
        out.append([*made, _cell(out, row.label), _cell(out, details(row))])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def details(row: SheetRow) -> str:
    """What came of a row, or what is wrong with it, or what it changes."""
    if row.said:
        return row.said
    return " ".join(row.words) or listed(row.changes)


def _marked(out: Any, text: str, words: list[str] | None) -> Any:
    cell = _cell(out, text)
    if words:
        cell.fill = _WRONG
        cell.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", " ".join(words)), "Portal")
    return cell


def _cell(out: Any, text: str) -> Any:
    cell = WriteOnlyCell(out, value=ILLEGAL_CHARACTERS_RE.sub("", str(text)))
    cell.data_type = "s"
    return cell
