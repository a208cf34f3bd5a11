"""Word by word differences between two texts, for conflicts and reviews."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Part(NamedTuple):
    """A run of text that both have (``same``), only the newer (``added``), only the older."""

    op: str
    text: str


def word_diff(before: str, after: str) -> list[Part]:
    """What changed from ``before`` to ``after``; without its removed parts it is ``after``."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    parts: list[Part] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(Part("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            parts.append(Part("removed", "".join(old[i1:i2])))
        if j2 > j1:
            parts.append(Part("added", "".join(new[j1:j2])))
    return parts
