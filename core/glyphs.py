"""Which characters the fonts of our documents can print.

What a form takes must come out of the PDF as it went in. The fonts that every machine of the
portal has (Public Sans of the design system, DejaVu Sans) were read once into
``glyph_ranges.txt`` (``python -m devtools.glyphs``; a test compares it with the fonts), so that
the question costs a web process a lookup in a set.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_RANGES = Path(__file__).with_name("glyph_ranges.txt")
_ALWAYS = frozenset("\n\t")
#: Bullets and marks of symbol fonts, as word processors paste them, and what they stand for.
_PASTED = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0e0": "→",
    "\uf02d": "-",
}
#: Characters that nobody sees: soft hyphen, zero-width space, word joiner, byte order mark.
_UNSEEN = dict.fromkeys(["\u00ad", "\u200b", "\u2060", "\ufeff"], "")
_TIDY = str.maketrans({**_PASTED, **_UNSEEN})


@lru_cache(maxsize=1)
def printable() -> frozenset[str]:
    """Every character that can be printed."""
    found: set[str] = set()
    for line in _RANGES.read_text(encoding="ascii").split():
        first, _dash, last = line.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found) | _ALWAYS


def tidy(text: str) -> str:
    """Pasted text without invisible characters, symbol-font bullets as real ones."""
    return text.translate(_TIDY)


def unprintable(text: str) -> list[str]:
    """The characters of a text that no font covers, each once, in their order."""
    return list(dict.fromkeys(one for one in text if one not in printable()))
