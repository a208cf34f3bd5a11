"""Formulas in Excel workbooks: which run or load something when they are calculated (U-8)."""

from __future__ import annotations

import re
import unicodedata

from files.checks.links import is_plain_link

#: Excel accepts no longer formula.
MOST_FORMULA = 8_192

#: Texts, quoted names of sheets, and names of columns; an unfinished one reaches to the end.
_NOT_CODE = re.compile(r"""\"(?:[^"]|"")*+"?|'(?:[^']|'')*+'?|\[[^\[\]]*+\]?""")
_CALLS = re.compile(
    r"(?<![\w.])(?:_xl\w+\.)*"
    r"(?:webservice|image|rtd|dde|call|register|register\.id|sql\.request|exec|execute|initiate)"
    r"\s*\(",
    re.IGNORECASE,
)
#: A sign in front begins a formula; an empty cell does not.
_SIGNS = frozenset("=+-@＝＋－＠")
_ITEM = re.compile(r"\|[^|]*!")
_LINK = re.compile(r'(?<![\w.])hyperlink\s*\(\s*"((?:[^"]|"")*+)', re.IGNORECASE)


def acts(formula: str) -> bool:
    """Whether a formula starts a program, loads an address, or links to anything but a plain
    address.
    """
    code = _NOT_CODE.sub(" ", formula)
    # Outside texts and names, only the formula of another program (DDE) has a bar.
    if "|" in code or _CALLS.search(code):
        return True
    return not all(is_plain_link(found[1]) for found in _LINK.finditer(formula))


def begins(cell: str) -> bool:
    """Whether a cell of a plain text table is read as a formula: it begins with a sign."""
    return cell.lstrip()[:1] in _SIGNS


def cell_acts(cell: str) -> bool:
    """Whether a cell that begins like a formula does so as one, in wide letters as well.

    Words may contain a bar, so only that of another program's formula counts: an item follows it.
    """
    text = unicodedata.normalize("NFKC", cell[:MOST_FORMULA]).strip()
    code = _NOT_CODE.sub(" ", text)
    if _ITEM.search(code) or _CALLS.search(code):
        return True
    return not all(is_plain_link(found[1]) for found in _LINK.finditer(text))


def names_macro(value: str) -> bool:
    """Whether the click on a shape starts a macro of another file; the file's own are refused by
    their parts.
    """
    return bool(value.strip()) and not value.strip().startswith("[0]!")
