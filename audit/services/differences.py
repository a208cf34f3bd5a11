"""Keeps what differs from what was written, and has people told of each difference once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from django.db import connection, transaction

from audit.models import Difference
from audit.providers.differences import found_new
from audit.selectors import Found
from core import clock
from core.ids import new_id

log = logging.getLogger(__name__)


@transaction.atomic
def note_differences(found: Iterable[Found], *, of_check: bool = False) -> int:
    """Keep what was found, and tell of what was not known yet; return how much that is.

    What a check finds (``of_check``) can be much, so people are told of it less often.
    Two checks that find the same at once keep it once: the second waits for the first.
    """
    new = [one for one in dict.fromkeys(found) if _is_new(one)]
    for one in new:
        log.error("%s %s: %s", one.of_table, one.row_id, one.what.label)
    if new:
        for _told in found_new(new, of_check):
            pass
    return len(new)


def _is_new(one: Found) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_difference (id, of_table, row_id, what, found_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
            [new_id(), one.of_table, one.row_id, one.what.value, clock.now()],
        )
        return cursor.fetchone() is not None


def settle(table: str, row_ids: Collection[str], found: Iterable[Found] = ()) -> None:
    """Settle the differences of rows that were compared again, except what was found again."""
    again = {(one.row_id, one.what) for one in found}
    known = Difference.objects.filter(of_table=table, settled_at=None, row_id__in=row_ids)
    gone = [one.pk for one in known if (one.row_id, one.what) not in again]
    if gone:
        Difference.objects.filter(pk__in=gone, settled_at=None).update(settled_at=clock.now())
