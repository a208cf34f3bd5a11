"""Every page, wide and narrow: accessible and no wider than the screen.

The demonstration is loaded once; these tests only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.urls import URLResolver, get_resolver
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from devtools.test_database import Flush
from files.services import renderings
from portal.demo import stage
from portal.demo.scenarios import SCENARIOS
from tests.browser import endings
from tests.browser.conftest import desks
from tests.browser.pages import OTHER_STATES, PAGES, SECOND_ROUND, Scene, Seen
from tests.browser.typed import lost_by
from tests.files.corpus import pdf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def load_demo() -> None:
    """What visitors of the demonstration find once the worker has made the documents.

    The documents are empty: pages show no more of them than that they are there.
    """
    call_command("load_demo", verbosity=0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(renderings, "make_pdf", lambda *_args, **_about: pdf())
        stage.render_all()


LOADERS: dict[str, Callable[[], object]] = {
    "demo": load_demo,
    "second-round": SCENARIOS["second-round"].play,
    "endings": endings.load,
}
#: Addresses without a page of their own, and pages that other tests of this folder cover.
NO_PAGES = {
    "portal:healthz", "portal:readyz", "identity:sign-out", "identity:password-check",
    "identity:session-end",
    "identity:sessions-end", "identity:stay", "identity:send-again",
    "trade_accounts:user-again", "trade_accounts:sheet-file", "operations:start",
    "operations:discard",
    "security_models:company-profile", "security_models:start-again",
    "security_models:paper-file", "documents:download", "documents:staff-download",
    "documents:restore", "documents:staff-restore", "documents:zip-file", "documents:done",
    "security_profile:evidence-zip", "reviews:evidence-zip", "trade_accounts:view",
    "security_profile:evidence", "security_profile:summary-pdf",
    "security_profile:submission-pdf", "security_profile:profile-on-pdf",
    "reviews:profile-on-pdf", "agreements:copy", "reviews:claim", "reviews:paper",
    "reviews:evidence", "reviews:review", "reviews:start", "reviews:pin", "reviews:wake",
    "documents:public-file", "documents:public-version", "documents:picture",
    "documents:staff-picture", "documents:public-picture", "documents:version-picture",
    "messages_app:notice-choose", "messages_app:notice-dismiss", "messages_app:public-notice",
    "demo:mail-html", "portal:calendar", "portal:due-date",
    "messages_app:discard",
    "svi:proof-letter", "svi:proof-statement", "svi:proof-send", "svi:verify-statement",
    "svi:keys",
    "messages_app:file", "messages_app:pdf", "messages_app:staff-file",
    "messages_app:staff-pdf",
    "identity:notices-mark",
    "change_requests:name-proof", "change_requests:numbers-proof",
    "change_requests:staff-proof", "change_requests:office-proof", "change_requests:office",
    "messages_app:template", "messages_app:template-retire", "messages_app:broadcast",
    "portal:account-pin", "portal:find",
    "messages_app:broadcast-stop", "messages_app:broadcast-go-on", "reviews:message-many",
}  # fmt: skip
ON_THE_ROAD = {
    "identity:set-up-profile", "identity:set-up-questions", "identity:set-up-password",
    "identity:sign-in-code", "identity:recover-prove", "identity:recover-way",
    "identity:recover-password", "identity:passkey-make", "identity:passkey",
    "identity:passkey-remove", "trade_accounts:invitation", "trade_accounts:invitation-link",
    "agreements:certify", "agreements:prove", "identity:confirm-page",
    "identity:email-confirm-page", "identity:email-undo-page", "trade_accounts:invitation-page",
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(
    request: pytest.FixtureRequest,
    chromium: Browser,
    site: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """A state of the portal with its people at their browsers; the database is emptied
    afterwards.
    """
    patched = pytest.MonkeyPatch()
    patched.setattr(settings, "MAIL_ROOT", str(tmp_path_factory.mktemp("mail")))
    flush = Flush(connections["owner"].get_connection_params())
    flush.remember()
    with django_db_blocker.unblock():
        LOADERS[request.param]()
        with contextmanager(desks)(chromium, site) as open_desk:
            yield Scene(open_desk)
        connection.close()
        flush.run()
    patched.undo()


#: The pages on which every run types into every field and tries each link, button and reload (ADR
#: 10); the long run does so on all pages.
WALKED = SECOND_ROUND
CASES = [
    pytest.param(
        state, one, id=one.name, marks=[pytest.mark.long] if one.name in OTHER_STATES else []
    )
    for state, pages in PAGES.items()
    for one in pages
]


@pytest.mark.parametrize(("scene", "seen"), CASES, indirect=["scene"], scope="module")
def test_a_page_is_accessible_and_fits_the_screen(scene: Scene, seen: Seen) -> None:
    desk = scene.desk(seen.who)
    seen.open(scene, desk)
    desk.picture(seen.name)
    if seen in WALKED:
        assert lost_by(desk) == []


@pytest.mark.long
@pytest.mark.parametrize(("scene", "seen"), CASES, indirect=["scene"], scope="module")
def test_nothing_typed_into_any_page_is_lost(scene: Scene, seen: Seen) -> None:
    """Each page of the portal, as every run does for those in ``WALKED``."""
    desk = scene.desk(seen.who)
    seen.open(scene, desk)
    assert lost_by(desk) == []


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _names(one, f"{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}"


def test_no_page_is_forgotten() -> None:
    every = {name for name in _names(get_resolver()) if not name.startswith("api:")}
    everywhere = [one for pages in PAGES.values() for one in pages]
    seen = {one.address for one in everywhere if one.name not in OTHER_STATES}
    assert {one.name for one in everywhere} >= OTHER_STATES
    assert every - seen - ON_THE_ROAD - NO_PAGES == set()
