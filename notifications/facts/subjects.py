"""Names in the subject of an email: short enough that what follows them is read.

Mail programs show 60 to 80 characters of a subject, on a phone fewer.
"""

from __future__ import annotations

import re
import unicodedata

from core.text import isolate

LONGEST_NAME = 48
LONGEST_SUBJECT = 200
#: What emails to staff add to the name of a company.
_REFERENCE = re.compile(r", [A-Z]-[0-9A-Z]{6}$")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


class CutWords(str):
    """Words for a subject in which every name is cut already, so that none of them is lost."""

    __slots__ = ()


def in_subject(value: str) -> str:
    """A value for a subject: cut if it is long, and isolated so that its letters stay together.

    The reference of an account stays after a name that is cut.
    """
    if isinstance(value, CutWords):
        return value
    found = _REFERENCE.search(value)
    reference = found[0] if found else ""
    name = value.removesuffix(reference)
    return isolate(f"{_cut(name)}{reference}")


def _cut(name: str) -> str:
    """At most so many characters, at the end of a word if there is one, never within a letter."""
    if len(name) <= LONGEST_NAME:
        return name
    end = LONGEST_NAME - 1
    while end > 1 and (unicodedata.combining(name[end]) or name[end] in _JOINERS):
        end -= 1
    short = name[:end].rstrip(_JOINERS)
    word = short.rfind(" ", LONGEST_NAME // 2)
    return f"{(short[:word] if word > 0 else short).rstrip(' ,;:-–')}…"
