"""The two database roles of the tests, and the flush that replaces Django's."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import ProgrammingError, connection, connections

from devtools.test_database import Flush

WALLED = """
    CREATE TABLE wall_probe (id int, owner_name text NOT NULL);
    ALTER TABLE wall_probe ENABLE ROW LEVEL SECURITY;
    ALTER TABLE wall_probe FORCE ROW LEVEL SECURITY;
    CREATE POLICY wall ON wall_probe USING (owner_name = current_setting('app.user_id', true));
    CREATE POLICY everything ON wall_probe TO portal_all_rows USING (true);
    CREATE FUNCTION wall_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
    CREATE TRIGGER wall_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wall_probe
        FOR EACH STATEMENT EXECUTE FUNCTION wall_refuse();
"""


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


@pytest.mark.django_db
def test_tests_run_as_the_role_of_the_application() -> None:
    assert _ask("SELECT session_user, current_user") == [("portal_app", "portal_all_rows")]
    rights = "rolsuper OR rolbypassrls OR rolcreatedb"
    ours = "rolname IN (session_user, current_user)"
    assert _ask(f"SELECT {rights} FROM pg_roles WHERE {ours}") == [(False,), (False,)]


@pytest.mark.django_db
def test_the_application_owns_nothing() -> None:
    owned = "SELECT count(*) FROM pg_class WHERE pg_has_role(session_user, relowner, 'MEMBER')"
    assert _ask(owned) == [(0,)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE auth_group CASCADE",
        "DROP TABLE auth_group CASCADE",
        "ALTER TABLE auth_group DISABLE TRIGGER USER",
        "CREATE TABLE anything (id int)",
        "SET ROLE portal_owner",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_may_not_change_the_schema_or_truncate(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        _ask(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_what_a_committing_test_wrote_is_gone_before_the_next(round_: int) -> None:
    assert not Group.objects.filter(name="left over").exists()
    Group.objects.create(name="left over")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_reference_rows_come_back_as_they_were(round_: int) -> None:
    assert _ask("SELECT count(*) FROM django_content_type WHERE app_label = 'changed'") == [(0,)]
    assert _ask("SELECT count(*) > 5 FROM auth_permission") == [(True,)]
    _ask("UPDATE django_content_type SET app_label = 'changed' WHERE model = 'group'")
    _ask("DELETE FROM auth_permission")


@pytest.mark.django_db(transaction=True)
def test_row_level_security_holds_for_the_application_and_the_flush_empties_such_a_table() -> None:
    flush = Flush(connections["owner"].get_connection_params())
    with flush.cursor() as cursor:
        cursor.execute(WALLED)
    try:
        flush.remember()
        _ask("SELECT set_config('role', 'none', false), set_config('app.user_id', 'anna', false)")
        _ask("INSERT INTO wall_probe VALUES (1, 'anna')")
        with pytest.raises(ProgrammingError, match="row-level security"):
            _ask("INSERT INTO wall_probe VALUES (2, 'ben')")
        _ask("SELECT set_config('app.user_id', 'ben', false)")
        assert _ask("SELECT * FROM wall_probe") == []
        flush.run()
        _ask("SELECT set_config('app.user_id', 'anna', false)")
        assert _ask("SELECT * FROM wall_probe") == []
    finally:
        _ask("RESET app.user_id")
        _ask("SET ROLE portal_all_rows")
        with flush.cursor() as cursor:
            cursor.execute("DROP TABLE wall_probe; DROP FUNCTION wall_refuse")
