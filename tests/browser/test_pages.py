"""Every page of the road, wide and narrow: accessible, within the screen, kept as a picture.

The demonstration is loaded once; these tests only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, connections
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from devtools.test_database import Flush
from portal.demo.scenarios import SCENARIOS
from tests.browser.conftest import desks
from tests.browser.pages import DEMO_PAGES, SECOND_ROUND_PAGES, Scene, Seen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


def load_demo() -> None:
    """What visitors of the demonstration find."""
    call_command("load_demo", verbosity=0)


LOADERS: dict[str, Callable[[], object]] = {
    "demo": load_demo,
    "second-round": SCENARIOS["second-round"].play,
}


@pytest.fixture(scope="module")
def scene(
    request: pytest.FixtureRequest,
    chromium: Browser,
    site: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Scene]:
    """A state of the portal and its people at their browsers; the database is emptied after it."""
    flush = Flush(connections["owner"].get_connection_params())
    flush.remember()
    with django_db_blocker.unblock():
        LOADERS[request.param]()
        with contextmanager(desks)(chromium, site) as open_desk:
            yield Scene(open_desk)
        connection.close()
        flush.run()


CASES = [
    pytest.param(state, one, id=one.name)
    for state, pages in (("demo", DEMO_PAGES), ("second-round", SECOND_ROUND_PAGES))
    for one in pages
]


@pytest.mark.parametrize(("scene", "seen"), CASES, indirect=["scene"], scope="module")
def test_a_page_is_accessible_and_fits_the_screen(scene: Scene, seen: Seen) -> None:
    desk = scene.desk(seen.who)
    desk.go(seen.where(scene), seen.status, look=False)
    desk.picture(seen.name)
