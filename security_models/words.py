"""Dates and lists as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.formats import date_format

from core.text import isolate


def day(date: dt.date) -> str:
    """A program date with the name of its month: Nov 30, 2026."""
    return str(date_format(date, "M j, Y"))


def listed(names: Iterable[str]) -> str:
    """Names in one line."""
    return ", ".join(map(isolate, names))
