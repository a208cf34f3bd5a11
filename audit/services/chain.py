"""Lays seals in the chain of their scope, after they were committed (ADR 17)."""

from __future__ import annotations

from django.db import connection, transaction

from audit.models import Seal
from audit.selectors.chain import AT_ONCE, last_position, linked
from audit.services.record import note_sweep
from core.access import Access, system
from core.concurrency import one_at_a_time
from core.leases import in_time
from core.tenancy import on_behalf_of

_LAY = """
    UPDATE audit_seal SET position = laid.position, number = laid.number, hash = laid.hash
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
        AS laid (id, position, number, hash)
    WHERE audit_seal.id = laid.id AND audit_seal.position IS NULL
"""
#: One look into the index of each chain: it costs the same however long the chain is.
_HEADS = """
    SELECT wanted.scope, newest.number, newest.hash
    FROM unnest(%s::text[]) AS wanted (scope) CROSS JOIN LATERAL (
        SELECT number, hash FROM audit_seal
        WHERE audit_seal.scope = wanted.scope AND number IS NOT NULL
        ORDER BY number DESC LIMIT 1) AS newest
"""
#: More steps than a sweep has time for.
_STEPS = range(100_000)


def _actor() -> Access:
    return system("Chain")


@transaction.atomic
def lay_chain() -> int:
    """Lay the next committed seals, in the order of their ids; return how many.

    Only one process lays at a time; another one waits. A seal whose transaction ended late is laid
    later, whatever its id, so nothing waits for it and nothing is passed over.
    """
    one_at_a_time("chain")
    seals = list(Seal.objects.filter(position=None).order_by("id")[:AT_ONCE])
    if not seals:
        return 0
    heads = _heads({seal.scope for seal in seals})
    laid = []
    for position, seal in enumerate(seals, last_position() + 1):
        number, before = heads.get(seal.scope, (0, ""))
        place = (position, seal.scope, number + 1)
        said = (seal.pk, seal.at, seal.of_table, seal.row_id, seal.part, seal.digest)
        heads[seal.scope] = number + 1, linked(before, (*place, *said))
        laid.append((seal.pk, position, *heads[seal.scope]))
    with connection.cursor() as cursor:
        cursor.execute(_LAY, [list(column) for column in zip(*laid, strict=True)])
    return len(laid)


def _heads(scopes: set[str]) -> dict[str, tuple[int, str]]:
    """The newest seal of each chain: its number and hash."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [list(scopes)])
        return {scope: (number, newest) for scope, number, newest in cursor.fetchall()}


def lay_everything() -> tuple[int, bool]:
    """Lay what is committed, some at a time, until nothing is left or its time is over.

    Return how many, and whether nothing is left.
    """
    laid = 0
    for _step in in_time(_STEPS):
        with on_behalf_of(_actor()):
            count = lay_chain()
        laid += count
        if count < AT_ONCE:
            return laid, True
    return laid, False


def sweep_chain() -> None:
    """Lay what was committed since the last sweep."""
    laid, _all = lay_everything()
    with on_behalf_of(_actor()):
        note_sweep("chain", seals=laid)
