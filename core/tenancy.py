"""Whose rows a transaction may see: it tells the database its acting user and scope.

``portal_begin`` (a function in the database) looks up the trade accounts and security models that
this user may enter, or takes on the role that sees all rows. The policies of row-level security
read what it has set (ADR 18), in addition to the application's own checks. Composite foreign keys
make references across tenants impossible.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

from core.access import Access
from core.row_security import ALL_ROWS
from core.search import SIMILAR_ENOUGH


def bind(access: Access) -> str:
    """Tell the database, for this transaction only, on whose behalf it works.

    The same statement sets how similar words must be for a search (``core.search``), and returns
    the stamp of the notices that the program has published (``portal_notices``): pages need it, and
    should not ask for it in a statement of its own. It is empty if there was never one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT portal_begin(%s, %s, %s), "
            "set_config('pg_trgm.word_similarity_threshold', %s, true), portal_notices()",
            [access.user_id, access.scope, access.only_trade_account_id, SIMILAR_ENOUGH],
        )
        return str(cursor.fetchone()[-1] or "")


@contextmanager
def on_behalf_of(access: Access) -> Iterator[None]:
    """One transaction outside a request, on whose behalf the database knows."""
    with transaction.atomic():
        bind(access)
        yield


@contextmanager
def beyond_tenants(reason: str) -> Iterator[None]:
    """Work on rows of a tenant that the acting user may not enter, in part of a transaction.

    For what must happen before the tenant is known (a key, an emailed link), or what concerns a
    person in every company. The caller itself limits what is read. ``reason`` says why in words; a
    test lists all callers.
    """
    if not reason:
        raise ValueError("reading beyond one's own tenants needs a reason")
    with transaction.atomic(), connection.cursor() as cursor:
        # A failure inside rolls back to the savepoint, and the role with it.
        cursor.execute(
            "SELECT before.role, set_config('role', %s, true) FROM "
            "(SELECT current_setting('role') AS role OFFSET 0) AS before",
            [ALL_ROWS],
        )
        role, _all_rows = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [role])


@contextmanager
def as_seen_by(security_model_id: uuid.UUID) -> Iterator[None]:
    """Read the views between companies as this C-TPAT account does, in part of a transaction.

    For what is sent to a company: it gets no more than its pages show (ADR 25). The role stays.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        name = "app.security_models"
        cursor.execute(
            "SELECT before.ids, set_config(%s, %s, true) FROM "
            "(SELECT coalesce(current_setting(%s, true), '') AS ids OFFSET 0) AS before",
            [name, str(security_model_id), name],
        )
        ids, _set = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config(%s, %s, true)", [name, ids])


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
