"""Reads the first sheet of a workbook row by row; runs in the child (``child.py``)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

#: Characters of one cell that are read at most.
_MOST_CELL = 5_000


def table_of(path: Path, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Rows as [number, texts, {column: what is wrong with the cell}]; empty rows are left out.

    A cell is wrong if it is a formula, an error of a formula, or part of merged cells.
    """
    import openpyxl

    # Not read_only: merged cells are at the end of a sheet.
    with path.open("rb") as opened:
        book = openpyxl.load_workbook(opened)
    sheet: Any = next((one for one in book.worksheets), None)
    if sheet is None:
        return {"rows": [], "count": 0}
    merged = [one.bounds for one in sheet.merged_cells.ranges]
    rows: list[Any] = []
    count = 0
    for cells in sheet.iter_rows(max_col=most_columns):
        texts = [_text(one) for one in cells]
        number = cells[0].row if cells else 0
        wrong = _wrong(cells, number, merged)
        if not any(texts) and not wrong:
            continue
        count += 1
        if count <= most_rows:
            rows.append([number, texts, wrong])
    return {"rows": rows, "count": count}


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return str(getattr(value, "text", value))[:_MOST_CELL]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:_MOST_CELL]


def _wrong(cells: Any, number: int, merged: list[Any]) -> dict[str, str]:
    found = {}
    for place, cell in enumerate(cells):
        kind = {"f": "formula", "e": "error"}.get(cell.data_type, "")
        if kind:
            found[str(place)] = kind
    for left, top, right, bottom in merged:
        if top <= number <= bottom:
            for place in range(left - 1, min(right, len(cells))):
                found.setdefault(str(place), "merged")
    return found
