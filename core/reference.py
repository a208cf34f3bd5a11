"""Reference data: CSV files shipped with the project, loaded into tables that may be edited.

A reload inserts new rows and updates rows that still have the last shipped value. A row edited in
the database is never overwritten but reported (domain section 6). Each app registers its loader.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from core.crypto import content_hash
from core.providers import Provider


class CannotLoad(Exception):
    """A shipped file contradicts what the database must keep; says what to do."""


class ReferenceRow(models.Model):
    """A row that came from a file: ``shipped_hash`` is the hash of the values last shipped."""

    shipped_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


@dataclass
class Report:
    """What a load did, by table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


#: Each registered function loads one app's tables and returns its reports by table name.
loaders: Provider[[], dict[str, Report]] = Provider("reference_loaders")


def rows_of(*parts: str) -> list[dict[str, str]]:
    """The rows of a shipped CSV file under ``reference/``."""
    path = Path(settings.REFERENCE_DIR).joinpath(*parts)
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def load(
    model: type[ReferenceRow],
    key: Iterable[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    report_as: Callable[[Any], str] = str,
) -> Report:
    """Update a table with shipped ``rows`` (field -> value), matched by ``key`` fields.

    A row whose current values differ from those last shipped was edited in the database: it stays
    and is named in ``Report.kept``. Values are plain (str, int, bool, list, dict, foreign key ids).
    """
    keys = tuple(key)
    existing = {
        tuple(getattr(row, name) for name in keys): row for row in model._default_manager.all()
    }
    report = Report()
    new: list[ReferenceRow] = []
    for values in rows:
        shipped = content_hash({name: _plain(value) for name, value in values.items()})
        row = existing.get(tuple(values[name] for name in keys))
        if row is None:
            new.append(model(**values, shipped_hash=shipped))
        elif row.shipped_hash == shipped:
            report.unchanged += 1
        elif _edited(row, values):
            report.kept.append(report_as(row))
        else:
            _update(row, values, shipped)
            report.updated += 1
    model._default_manager.bulk_create(new)
    report.created = len(new)
    return report


def _update(row: ReferenceRow, values: Mapping[str, Any], shipped: str) -> None:
    """Write what was shipped anew, and nothing else: of some tables only parts may change."""
    changed = [name for name in values if _plain(getattr(row, name)) != _plain(values[name])]
    for name in changed:
        setattr(row, name, values[name])
    row.shipped_hash = shipped
    row.save(update_fields=[*changed, "shipped_hash"])


def _edited(row: ReferenceRow, values: Mapping[str, Any]) -> bool:
    """Whether the row differs from what was last shipped."""
    current = content_hash({name: _plain(getattr(row, name)) for name in values})
    return current != row.shipped_hash


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    return str(value)
