"""The ground under row-level security: who is at work is set for each transaction.

Composite foreign keys make it impossible that a row points across tenants; the policies that
will read ``app.user_id`` stand behind the application's own wall (``for_access``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

from core.access import Access
from core.search import SIMILAR_ENOUGH


def bind(access: Access) -> None:
    """Tell the database, for this transaction only, on whose behalf it works.

    And how much alike words must be for a search (``core.search``), in the same statement.
    """
    user_id = str(access.user_id) if access.user_id else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.scope', %s, true), "
            "set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [user_id, access.scope, SIMILAR_ENOUGH],
        )


@contextmanager
def on_behalf_of(access: Access) -> Iterator[None]:
    """One transaction outside a request, on whose behalf the database knows."""
    with transaction.atomic():
        bind(access)
        yield


def unique_with_tenant(table: str, tenant: str) -> RunSQL:
    """A migration operation: the unique key that composite foreign keys point to."""
    name = f"{table}_{tenant}_key"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (id, "{tenant}")',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


def same_tenant(
    table: str, column: str, parent: str, tenant: str, parent_tenant: str = ""
) -> RunSQL:
    """A migration operation: ``table.column`` may only point to rows of the same tenant.

    Beside Django's own foreign key; deferrable so that a move between tenants can rewrite
    parent and child in one transaction. Rows with a null ``column`` are not concerned.
    ``parent_tenant`` names the parent's column where it is another (``scope_id`` of files).
    """
    name = f"{table}_{column}_same_tenant"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ("{column}", "{tenant}") '
        f'REFERENCES "{parent}" (id, "{parent_tenant or tenant}") DEFERRABLE INITIALLY DEFERRED',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )
