"""Protection against saving twice: a version detects a change in between (P5), the key of a form
detects a second click, and what must not happen at once waits.
"""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import Stale, refusal
from core.tenancy import beyond_tenants

M = TypeVar("M", bound="Versioned")
R = TypeVar("R", bound=models.Model)


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction is at work on ``what``; it is ours until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


class Versioned(models.Model):
    """A row whose changes are compared with the version that the writer had read."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def save_versioned(row: M, *, expected: int, **changes: Any) -> M:
    """Write ``changes`` in one UPDATE if the row still has the ``expected`` version.

    Otherwise raises :class:`Stale` with the current row. Returns ``row`` brought up to date.
    """
    rows = type(row)._base_manager.filter(pk=row.pk, version=expected)
    if not rows.update(**changes, version=F("version") + 1):
        raise Stale(type(row)._base_manager.get(pk=row.pk))
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = expected + 1
    return row


def made_before(kind: type[R], form_key: uuid.UUID, **mine: Any) -> R | None:
    """The row that an earlier click on the same form made; None for the first click.

    ``mine`` are the columns that identify a row of this writer in this place. A key that names any
    other row, also one of another company, is refused in the same words (S-2, ADR 3).
    """
    with beyond_tenants("A key that is taken by a row of another company is refused."):
        row = kind._base_manager.filter(pk=form_key).first()
    if row is None:
        return None
    if any(getattr(row, name) != value for name, value in mine.items()):
        raise refusal("form_key", _("Reload the page and try again."))
    return row
