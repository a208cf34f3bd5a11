"""CSV: plain text, none of whose cells acts when a spreadsheet program opens it (U-1, U-8)."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from files.checks import excel_formulas, text

CHUNK = 1024 * 1024
#: What parts the cells; the first line may name another character.
_BETWEEN = (",", ";", "\t", "|")
_NAMED = re.compile(r"sep=(.)\r?\n?$", re.IGNORECASE)
#: Without one of these words or signs, no cell acts, and cells need no look.
_PERHAPS = (
    "|", "webservice", "image", "rtd", "dde", "call", "regist", "sql", "exec", "initiate",
    "hyperlink",
)  # fmt: skip
_WIDE = re.compile("[\uff01-\uff5e]")
#: Cells and rows that are looked at, for each way to part them.
MOST_CELLS = 1_000_000
_OVERLAP = 16
#: The beginning of another format for tables, which spreadsheet programs recognize by it.
_OTHER = re.compile(r"ID;P[^\n]*\n(?:[A-Z]{1,2};[^\n]*\n)*?(?:[CF];[XY]|NN;|O;)")


class TooMany(Exception):
    """It has more cells than are looked at."""


def problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a table as plain text."""
    found = [*text.problems(file, name)]
    if found:
        yield from map(_for_spreadsheets, found, [name] * len(found))
        return
    first, perhaps = _look(file)
    if _OTHER.match(first):
        words = _("“%(name)s” contains a table of another format (SYLK). Save it as CSV again.")
        yield Problem("mismatch", filled(words, name=name), "file")
        return
    if not perhaps:
        return
    named = _NAMED.match(first.partition("\n")[0])
    try:
        for between in (*_BETWEEN, *([named[1]] if named else [])):
            if _acts(file, between):
                words = _(
                    "“%(name)s” contains a formula that starts a program or loads something "
                    "from elsewhere. Replace it with its result."
                )
                yield Problem("active", filled(words, name=name), "file")
                return
    except TooMany:
        words = _("“%(name)s” has more cells than can be checked. Split it, or save it as PDF.")
        yield Problem("too_large", filled(words, name=name), "file")
    except (csv.Error, TypeError, ValueError):
        words = _("“%(name)s” contains a cell that can't be checked. Save it as XLSX or PDF.")
        yield Problem("odd", filled(words, name=name), "file")


def _for_spreadsheets(problem: Problem, name: str) -> Problem:
    """The same refusal; for an encoding, where Excel offers the right one."""
    if problem.code != "encoding":
        return problem
    words = _("“%(name)s” is not UTF-8 text. In Excel, save it as “CSV UTF-8”.")
    return Problem("encoding", filled(words, name=name), "file")


def _look(file: BinaryIO) -> tuple[str, bool]:
    """The beginning, and whether anything may act at all."""
    first, before = "", ""
    for piece in _pieces(file):
        first = first or piece
        lower = (before + piece).casefold()
        if any(one in lower for one in _PERHAPS) or (not lower.isascii() and _WIDE.search(lower)):
            return first, True
        before = piece[-_OVERLAP:]
    return first, False


def _acts(file: BinaryIO, between: str) -> bool:
    """Whether a cell acts, if this character parts them; raises TooMany."""
    left = MOST_CELLS
    for row in csv.reader(_lines(file), delimiter=between):
        left -= len(row) + 1
        if left < 0:
            raise TooMany
        if any(excel_formulas.cell_acts(cell) for cell in row if excel_formulas.begins(cell)):
            return True
    return False


def _lines(file: BinaryIO) -> Iterator[str]:
    rest = ""
    for piece in _pieces(file):
        *whole, rest = (rest + piece).splitlines(keepends=True) or [""]
        yield from whole
    yield from rest.splitlines(keepends=True)


def _pieces(file: BinaryIO) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield decoder.decode(chunk)
