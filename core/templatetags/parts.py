"""Cuts a long list of a printed document, so that each part is a whole element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import template

register = template.Library()


@register.filter
def in_parts(rows: Sequence[Any] | None, size: int) -> Iterator[Sequence[Any]]:
    """The rows in order, in chunks of this size: a PDF may end between two of them (U-11)."""
    rows = rows or ()
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
