"""The basis of every test: two roles on one test database, and a flush that the owner runs.

Migrations run as the owner through the alias `owner`. Every test uses `default` as the
application's role, which owns nothing. A test that ran as a superuser would prove nothing about the
separation of tenants.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.template.base import Template
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from devtools.test_database import Flush, copy_template
from tests.authenticator_clock import stopped_authenticator_clock
from tests.chromium import chromium
from tests.log_watch import no_secret_is_logged, watched_logs
from tests.scopes import as_in_production

__all__ = ["chromium", "no_secret_is_logged", "stopped_authenticator_clock", "watched_logs"]

#: How long an example takes depends on how busy the machine is, not on the code. The same examples
#: every time: a run says something about the change it runs for.
settings.register_profile(
    "every-run", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
#: `--long` looks for examples that nobody has seen yet.
settings.register_profile("long", settings.get_profile("every-run"), derandomize=False)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the examples of properties."""
    long = config.option.markexpr != "not long"
    settings.load_profile("long" if long else "every-run")


#: Files that take minutes; they begin first, so that all processes end at about the same time.
LONGEST = (
    "browser/test_pages.py", "browser/test_road.py", "access/test_matrix.py",
    "access/test_foreign_ids.py", "browser/test_drafts.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others stay in the order of their names."""
    here = Path(__file__).parent
    rank = {here / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The test database: migrated and filled by the owner, used by the application's role."""
    owner: Any = connections["owner"]
    with django_db_blocker.unblock():
        copy_template(owner.creation._get_test_db_name())
        flush = Flush(owner.get_connection_params())
        flush.remember()
    patched = pytest.MonkeyPatch()
    patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _: flush.run())
    as_in_production(patched)
    yield
    # The database is deleted with its temporary server.
    patched.undo()


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages stay empty, for tests that send thousands of requests for what is decided before.

    Rendering would prove nothing more: status and address of a response show what was decided.
    """
    monkeypatch.setattr(Template, "render", lambda self, context: "")


@pytest.fixture
def owner_cursor(db: None) -> Iterator[object]:
    """A cursor as the owner of the schema, for what the application's role may not see or do.

    It has its own connection and sees only committed data.
    """
    with Flush(connections["owner"].get_connection_params()).cursor() as cursor:
        yield cursor
