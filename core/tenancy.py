"""The basis for row-level security: each transaction sets its acting user.

Composite foreign keys make references across tenants impossible. The policies that will read
``app.user_id`` come in addition to the application's own checks (``for_access``).
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

    The same statement sets how similar words must be for a search (``core.search``).
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
    """A migration operation: the unique key that composite foreign keys refer to."""
    name = f"{table}_{tenant}_key"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (id, "{tenant}")',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


def same_tenant(
    table: str, column: str, parent: str, tenant: str, parent_tenant: str = ""
) -> RunSQL:
    """A migration operation: ``table.column`` may only refer to rows of the same tenant.

    In addition to Django's own foreign key. It is deferrable, so that moving a row between tenants
    can rewrite parent and child in one transaction. Rows with a null ``column`` are not affected.
    ``parent_tenant`` names the parent's column if it differs (``scope_id`` of files).
    """
    name = f"{table}_{column}_same_tenant"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ("{column}", "{tenant}") '
        f'REFERENCES "{parent}" (id, "{parent_tenant or tenant}") DEFERRABLE INITIALLY DEFERRED',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )
