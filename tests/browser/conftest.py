"""Browser tests: the live server, a real worker, and people at browsers.

The server runs on the test database in the application's role; reference data stays between tests
(tests/conftest.py). Everything else is as in production.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser import worker as workers
from tests.browser.desk import HEIGHT, WIDTHS, Desk
from tests.browser.worker import Mailbox, Worker

OpenDesk = Callable[..., Desk]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The address of the portal, served for the whole run.

    Unlike pytest-django's own fixture, it does not empty the database after each test: tests that
    write use ``worker``, and many tests read the pages of the demonstration.
    """
    server = LiveServer(os.environ.get("DJANGO_LIVE_TEST_SERVER_ADDRESS", "localhost"))
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def running_worker(django_db_setup: None) -> Iterator[Worker]:
    """One worker for the tests of a module: starting and stopping it takes half a second."""
    workers.forget()
    with workers.running() as running:
        yield running


@pytest.fixture
def worker(running_worker: Worker, transactional_db: None) -> Iterator[Worker]:
    """Celery working on the test database, which is emptied afterwards."""
    yield running_worker
    running_worker.settle()


@pytest.fixture
def mailbox(worker: Worker) -> Mailbox:
    """What the worker has sent."""
    return Mailbox(worker)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the test itself failed, for the fixtures that end after it."""
    report: Any = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def desks(chromium: Browser, site: str) -> Iterator[OpenDesk]:
    """Opens browsers, each with its own cookies; an error on any page fails the test."""
    opened: list[Desk] = []

    def open_one(width: int = WIDTHS[0], **about: Any) -> Desk:
        viewport: Any = {"width": width, "height": HEIGHT}
        desk = Desk(chromium.new_context(viewport=viewport, **about), site)
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        desk.context.close()
    for desk in opened:
        desk.complain()


@pytest.fixture
def open_desk(
    request: pytest.FixtureRequest, chromium: Browser, site: str, worker: Worker, settings: Any
) -> Iterator[OpenDesk]:
    """For tests that write: browsers, a worker, and emails whose links open this server."""
    settings.SITE_URL = site
    opened: list[Desk] = []
    with contextmanager(desks)(chromium, site) as open_one:

        def keep(**about: Any) -> Desk:
            opened.append(open_one(**about))
            return opened[-1]

        yield keep
        if request.node.stash.get(FAILED, False):
            for number, desk in enumerate(opened, start=1):
                desk.keep(f"failed-{request.node.name}-{number}")


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """One browser."""
    return open_desk()
