"""Every table of a tenant has its wall, and the catalogue says so (I-5, ADR 18)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from core.row_security import APP
from tests.superuser import superuser
from tests.tenancy.catalogue import OPEN, faults, faults_of_roles, walled

pytestmark = pytest.mark.django_db

_PROBE = "CREATE TABLE probe (id uuid PRIMARY KEY, trade_account_id uuid NOT NULL)"
_ENABLE = f"{_PROBE}; ALTER TABLE probe ENABLE ROW LEVEL SECURITY"
_FORCE = "ALTER TABLE probe FORCE ROW LEVEL SECURITY"


def test_i5_every_table_has_a_policy_or_is_declared_open() -> None:
    with connection.cursor() as cursor:
        assert list(faults(cursor)) == []
        assert len(walled(cursor)) > 30
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s)", [list(OPEN)])
        assert {name for (name,) in cursor.fetchall()} == set(OPEN)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (_PROBE, "probe: no policy with USING and WITH CHECK, and not declared open"),
        (f"{_ENABLE}; {_FORCE}", "probe: no policy with USING and WITH CHECK, and not declared"),
        (
            f"{_ENABLE}; {_FORCE}; CREATE POLICY tenant ON probe USING (true)",
            "probe: no policy with USING and WITH CHECK",
        ),
        (
            f"{_ENABLE}; CREATE POLICY tenant ON probe USING (true) WITH CHECK (true)",
            "probe: not forced for its owner",
        ),
        (
            f"{_ENABLE}; {_FORCE}; CREATE POLICY tenant ON probe USING (true) WITH CHECK (true)",
            "probe: a policy shows every row to everyone",
        ),
        ("CREATE VIEW probe AS SELECT * FROM audit_event", "probe: a view without"),
        ("CREATE MATERIALIZED VIEW probe AS SELECT * FROM audit_event", "probe: a materialized"),
        (
            "ALTER TABLE auth_group ADD COLUMN used_by uuid REFERENCES security_models_contact",
            "auth_group: declared open, but has a tenant's column",
        ),
        (
            "ALTER TABLE auth_group ADD COLUMN trade_account_id uuid",
            "auth_group: declared open, but has a tenant's column",
        ),
    ],
)
def test_i5_a_hole_in_the_wall_is_found(owner_cursor: Any, statements: str, said: str) -> None:
    try:
        owner_cursor.execute(statements)
        assert any(one.startswith(said) for one in faults(owner_cursor))
    finally:
        owner_cursor.connection.rollback()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER ROLE portal_app SUPERUSER", "portal_app is a superuser"),
        ("ALTER ROLE portal_all_rows BYPASSRLS", "portal_all_rows bypasses policies"),
        ("ALTER ROLE portal_all_rows LOGIN", "portal_all_rows can sign in"),
        (
            "ALTER TABLE auth_group OWNER TO portal_app",
            "portal_app owns tables or has the owner's rights",
        ),
        (
            "GRANT portal_owner TO portal_app WITH INHERIT FALSE",
            "portal_app owns tables or has the owner's rights",
        ),
        (
            "GRANT portal_all_rows TO portal_app WITH INHERIT TRUE",
            "portal_app has the rights of another role at all times",
        ),
        ("GRANT pg_read_all_data TO portal_app", "portal_app can take on another role"),
    ],
)
def test_i5_a_role_that_could_climb_the_wall_is_found(statement: str, said: str) -> None:
    with superuser() as cursor:
        assert list(faults_of_roles(cursor, APP)) == []
        cursor.execute("BEGIN")
        try:
            cursor.execute(statement)
            assert said in list(faults_of_roles(cursor, APP))
        finally:
            cursor.execute("ROLLBACK")
