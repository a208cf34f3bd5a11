"""The type of a file by its first bytes; what its name or the browser says is a claim (U-1)."""

from __future__ import annotations

import puremagic

HEAD = 8192


def looks_like(head: bytes) -> frozenset[str]:
    """The endings of all types whose mark the first bytes carry; empty when there is none."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(match.extension.casefold() for match in matches)
