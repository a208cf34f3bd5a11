"""Optimistic locking: a row carries a version, a save names the version it was based on (P5)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import F

from core.errors import Stale

M = TypeVar("M", bound="Versioned")


class Versioned(models.Model):
    """A row whose changes are compared with the version the writer had read."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def save_versioned(row: M, *, expected: int, **changes: Any) -> M:
    """Write ``changes`` if the row still has the ``expected`` version, in one UPDATE.

    Raises :class:`Stale` with the current row otherwise. Returns ``row`` brought up to date.
    """
    rows = type(row)._base_manager.filter(pk=row.pk, version=expected)
    if not rows.update(**changes, version=F("version") + 1):
        raise Stale(type(row)._base_manager.get(pk=row.pk))
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = expected + 1
    return row
