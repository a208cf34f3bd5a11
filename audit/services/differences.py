"""Keeps what differs from what was written, and has people told of each difference once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.models import Difference
from audit.providers.differences import found_new
from audit.providers.event_kinds import declare
from audit.scopes import PROGRAM
from audit.selectors.differences import ACCEPTED, digests, open_differences, signed_words
from audit.selectors.facts import Found
from audit.services.record import record
from core import clock
from core.access import Access
from core.ids import new_id
from core.signing import sign

declare(
    ACCEPTED,
    _("accepted for %(by)s that %(of_table)s %(row)s differs (%(what)s): %(why)s"),
    for_partners=False,
)

log = logging.getLogger(__name__)


@transaction.atomic
def note_differences(found: Iterable[Found], *, of_check: bool = False, in_log: bool = True) -> int:
    """Keep what was found, and tell of what was not known yet; return how much that is.

    What a check finds (``of_check``) can be much, so people are told of it less often.
    Two checks that find the same at once keep it once: the second waits for the first. A row that
    has changed since it was found is told of again, also if it was accepted as it was.
    """
    now = digests(list(dict.fromkeys(found)))
    new = [one for one, digest in now.items() if _is_new(one, digest)]
    for one in new if in_log else ():
        log.error("%s %s: %s", one.of_table, one.row_id, one.what.label)
    if new:
        for _told in found_new(new, of_check):
            pass
    return len(new)


def _is_new(one: Found, digest: str) -> bool:
    known = Difference.objects.filter(
        of_table=one.of_table, row_id=one.row_id, what=one.what, settled_at=None
    )
    known.exclude(digest=digest).update(settled_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_difference (id, of_table, row_id, what, digest, found_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
            [new_id(), one.of_table, one.row_id, one.what.value, digest, clock.now()],
        )
        return cursor.fetchone() is not None


@transaction.atomic
def accept(table: str, row_id: str, *, by: str, reason: str, actor: Access) -> int:
    """Accept every way in which a row differs, and record who did and why; return how many.

    Needs the key, which signs each. A row that is not shown while it differs is not shown after
    this either.
    """
    rows = open_differences().filter(of_table=table, row_id=row_id).select_for_update()
    for one in rows:
        said = {
            "of_table": table, "row": row_id, "what": one.what, "digest": one.digest,
            "by": by, "why": reason,
        }  # fmt: skip
        one.acceptance = record(
            ACCEPTED, actor=actor, scope=PROGRAM, subject=("difference", one.pk),
            **said, signature=sign(signed_words(one.pk, said)),
        )  # fmt: skip
        one.save(update_fields=["acceptance"])
    return len(rows)


def settle(table: str, row_ids: Collection[str], found: Iterable[Found] = ()) -> None:
    """Settle the differences of rows that were compared again, except what was found again."""
    again = {(one.row_id, one.what) for one in found}
    known = Difference.objects.filter(of_table=table, settled_at=None, row_id__in=row_ids)
    gone = [one.pk for one in known if (one.row_id, one.what) not in again]
    if gone:
        Difference.objects.filter(pk__in=gone, settled_at=None).update(settled_at=clock.now())
