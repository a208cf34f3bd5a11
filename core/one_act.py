"""What belongs to one act of one person: a request, with everything that follows from it.

Upper floors store here what they must combine within the act, such as emails to the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("one_act", default=None)


@contextmanager
def one_act() -> Iterator[None]:
    """Everything inside the block belongs to one act; an inner block belongs to the outer one."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept_in_act() -> dict[Any, Any] | None:
    """What was stored within the current act; None outside an act (sweeps, commands)."""
    return _kept.get()
