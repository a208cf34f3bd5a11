"""The type of a file by its first bytes; its name and what the browser says are only
claims (U-1).
"""

from __future__ import annotations

import puremagic

HEAD = 8192


def looks_like(head: bytes) -> frozenset[str]:
    """The extensions of all types whose signature the first bytes have; empty if none."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(match.extension.casefold() for match in matches)
