"""The view of all open work matches the code: ``migrate`` creates it, and a missing or old one is
noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from core.laid_views import REMEDY, outdated
from portal import health
from reviews.work_item_view import VIEW

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def laid_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restore the view of this version after each test."""
    monkeypatch.setattr(health, "_known_current", set())
    yield
    call_command("migrate", database="owner", verbosity=0)


def _columns() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "ORDER BY ordinal_position",
            [VIEW.name],
        )
        return [name for (name,) in cursor.fetchall()]


def _missing() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP VIEW {VIEW.name}")


def _of_an_earlier_release() -> None:
    """Fewer kinds, other columns, and no fingerprint."""
    _missing()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"CREATE VIEW {VIEW.name} AS "
            "SELECT 'application'::text AS kind, id, 1 AS urgency FROM security_profile_submission"
        )


def _of_other_kinds() -> None:
    """The same columns, created from another set of kinds."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"COMMENT ON VIEW {VIEW.name} IS 'another fingerprint'")


@pytest.mark.parametrize("older", [_missing, _of_an_earlier_release, _of_other_kinds])
def test_a_view_that_is_not_of_this_version_is_noticed_and_migrate_lays_it(older: object) -> None:
    assert outdated("default") == []
    before = _columns()
    older()  # type: ignore[operator]
    (found,) = run_checks(tags=[Tags.database], databases=["default"])
    assert "missing or older than the code" in found.msg
    assert found.hint == REMEDY
    answer = Client(SERVER_NAME="localhost").get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "not migrated"})
    call_command("migrate", database="owner", verbosity=0)
    assert _columns() == before
    assert outdated("default") == []
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    assert Client(SERVER_NAME="localhost").get("/readyz").status_code == 200
