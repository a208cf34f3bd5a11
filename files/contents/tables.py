"""The first sheet of an uploaded workbook as rows of text, read within limits (U-8, U-11)."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from core import bounded

LIMITS = bounded.Limits(cpu_seconds=30, memory_bytes=1024**3, wall_seconds=45)
_CHILD = "files.contents.child"


@dataclass(frozen=True)
class TableRow:
    """A row with its number in the sheet. ``wrong`` says by column why a cell can't be read:
    ``formula``, ``error`` or ``merged``.
    """

    number: int
    cells: tuple[str, ...]
    wrong: dict[int, str]


@dataclass(frozen=True)
class Table:
    """The rows that are not empty. ``count`` is how many there are, also beyond the most that are
    read; ``problem`` is a code, or empty.
    """

    rows: tuple[TableRow, ...] = ()
    count: int = 0
    problem: str = ""


def read_table(content: BinaryIO, *, most_rows: int, most_columns: int = 40) -> Table:
    """Read a workbook. Never raises because of its content."""
    with tempfile.TemporaryDirectory(prefix="portal-table-") as name:
        folder = Path(name)
        path = folder / "file"
        content.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        job = {
            "table": True,
            "path": str(path),
            "folder": name,
            "most_rows": most_rows,
            "most_columns": most_columns,
        }
        try:
            bounded.run(_CHILD, job, LIMITS, Path(settings.BASE_DIR))
        except bounded.OutOfBounds:
            return Table(problem="too_large")
        except bounded.ChildFailed:
            return Table(problem="damaged")
        found = json.loads((folder / "answer").read_text(encoding="utf-8"))
    rows = tuple(
        TableRow(number, tuple(cells), {int(place): kind for place, kind in wrong.items()})
        for number, cells, wrong in found["rows"]
    )
    return Table(rows, found["count"])
