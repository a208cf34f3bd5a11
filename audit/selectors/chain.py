"""Reads the chain of seals: whether each continues the one before, and where it stands.

Every scope has a chain of its own; ``position`` puts all of them in one order, without gaps.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max

from audit.models import Seal, What
from audit.selectors.facts import Found
from core.crypto import content_hash


class Said(NamedTuple):
    """Until when everything was laid in the chain, and where it ended then, as was signed."""

    until: dt.datetime
    position: int


#: A transaction that began before a statement may commit after it; none takes longer.
MOST_LATE = dt.timedelta(hours=1)
#: How many seals one step reads.
AT_ONCE = 2000

_LINKS = """
    SELECT seal.position, seal.scope, seal.number, seal.id, seal.at, seal.of_table, seal.row_id,
        seal.part, seal.digest, seal.hash, before.hash
    FROM audit_seal seal LEFT JOIN audit_seal before
        ON before.scope = seal.scope AND before.number = seal.number - 1
    WHERE seal.position > %s ORDER BY seal.position LIMIT %s
"""
_HEADS = """
    SELECT encode(sha256(convert_to(coalesce(
        string_agg(scope || ' ' || number || ' ' || hash, E'\\n' ORDER BY scope COLLATE "C"), ''
    ), 'UTF8')), 'hex')
    FROM (
        SELECT DISTINCT ON (scope) scope, number, hash FROM audit_seal
        WHERE position <= %s ORDER BY scope, number DESC
    ) AS heads
"""


def linked(before: str, seal: tuple[Any, ...]) -> str:
    """The hash of a seal: of the hash before it in its scope, and of everything the seal says.

    ``seal`` is (position, scope, number, id, at, table, row, part, digest).
    """
    said = [one.astimezone(dt.UTC).isoformat() if hasattr(one, "tzinfo") else one for one in seal]
    return content_hash([before, *said])


def last_position() -> int:
    """The position of the newest seal in the chain; 0 without any."""
    return int(Seal.objects.aggregate(newest=Max("position"))["newest"] or 0)


def heads_at(position: int) -> str:
    """A digest of the newest seal of every scope, as it was at a position."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [position])
        return str(cursor.fetchone()[0])


def broken_links(after: int, ends: Sequence[Said] = ()) -> tuple[list[int], list[Found]]:
    """The positions after one, and those of them at which the chain does not hold, or whose seal
    says that it was there before a statement was signed that does not count it (``ends``).
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [after, AT_ONCE])
        rows = cursor.fetchall()
    broken, expected = [], after + 1
    for *seal, said, before in rows:
        continues = seal[2] == 1 or before is not None
        right = said == linked(before or "", tuple(seal))
        if not (continues and right and seal[0] == expected):
            broken.append(Found(Seal._meta.db_table, str(seal[0]), What.CHAIN))
        elif _is_late(seal[0], seal[4], ends):
            broken.append(Found(Seal._meta.db_table, str(seal[0]), What.LATE))
        # After a gap the chain is followed from there: a gap is one difference.
        expected = seal[0] + 1
    return [row[0] for row in rows], broken


def _is_late(position: int, at: dt.datetime, ends: Sequence[Said]) -> bool:
    """Whether a seal was laid after a statement, although it says to be from before it."""
    before = bisect_left([one.position for one in ends], position)
    return bool(before) and at < ends[before - 1].until - MOST_LATE
