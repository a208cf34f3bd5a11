"""Cutting a long list of a printed document, so that each part is a whole element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import template

register = template.Library()


@register.filter
def in_parts(rows: Sequence[Any] | None, size: int) -> Iterator[Sequence[Any]]:
    """The rows in their order, so many at a time: between two of them a PDF may end (U-11)."""
    rows = rows or ()
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
