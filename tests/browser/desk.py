"""A person at a browser: finds controls by their labels, and checks every page that opens."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
from django.conf import settings
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response

from identity.models import User
from identity.selectors.user_state import authenticator_of
from tests.looked import faults_of, too_wide
from tests.patience import PATIENCE

WIDTHS = (1280, 320)
HEIGHT = 900
PICTURES = Path(settings.BASE_DIR) / "var" / "screenshots"
#: Screenshots of all pages are for people to look at; a failed test always saves its own.
PICTURES_WANTED = os.environ.get("PORTAL_PICTURES") == "1"
#: Chromium logs this for every response from 400 up; the tests themselves check which are right.
REFUSAL = "Failed to load resource: the server responded with a status of 4"


def _words(label: str) -> str:
    """A pattern for a label, whose words may be on several lines of the page's source."""
    return r"\s+".join(map(re.escape, label.split()))


def _is_page(answer: Response) -> bool:
    """Whether this is a page that opens, and neither a part of one nor a step on the way to it."""
    moved = HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST
    return answer.request.is_navigation_request() and not moved


class Desk:
    """One browser of one person; ``faults`` collects errors on pages.

    Every page must fit the screen and log nothing. axe runs on refusals and where a test requests
    it; pages.py covers the other pages.
    """

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context = context
        self.base = base
        context.set_default_timeout(1000 * PATIENCE)
        self.page = context.new_page()
        self.faults: list[str] = []
        self.pictures: set[str] = set()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.path}: {error}"))

    def come_signed_in(self, user: User) -> None:
        """Start with a session, for tests that are not about signing in."""
        client = Client()
        client.force_login(user)
        device = authenticator_of(user)
        if device is not None:
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.base}])

    def another_tab(self) -> Desk:
        """A second tab of the same browser."""
        tab = Desk(self.context, self.base)
        tab.faults = self.faults
        return tab

    @property
    def path(self) -> str:
        """The current path."""
        return urlsplit(self.page.url).path

    # --- moving ---------------------------------------------------------------------------------

    def go(self, path: str, status: int = 200, *, look: bool = True) -> None:
        """Type an address."""
        self._arrived(self.page.goto(self.base + path), status, look=look)

    def follow(self, name: str, *, status: int = 200, within: str = "body", nth: int = 0) -> None:
        """Follow a link."""
        link = self.page.locator(within).get_by_role("link", name=name, exact=True).nth(nth)
        self._leave(link, status)

    def shortcut(self, name: str) -> None:
        """Follow an entry of the menu Shortcuts, which is folded on a criterion's page."""
        box = self.page.locator("details", has=self.page.locator("summary", has_text="Shortcuts"))
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        self._leave(box.get_by_role("link", name=name, exact=True), 200)

    def press(self, name: str, *, status: int = 200, within: str = "body", nth: int = 0) -> None:
        """Click a button that opens a page."""
        button = self.page.locator(within).get_by_role("button", name=name, exact=True).nth(nth)
        self._leave(button, status)

    def _leave(self, what: Locator, status: int) -> None:
        with self.leaving(status):
            what.click()

    @contextmanager
    def leaving(self, status: int = 200) -> Iterator[None]:
        """Expect that what happens inside the block (a key, a script) opens a page."""
        if self.page.evaluate("window.refused = !!document.querySelector('[data-focus]')"):
            # A refused form changes its place in the history first, which counts as a navigation.
            with self.page.expect_response(_is_page) as answer:
                yield
            self.page.wait_for_function(
                "() => !window.refused && document.readyState === 'complete'"
            )
            self._arrived(answer.value, status)
            return
        with self.page.expect_navigation() as coming:
            yield
        self._arrived(coming.value, status)

    @contextmanager
    def changing(self, part: str) -> Iterator[None]:
        """Expect that what happens inside the block replaces a part of the page."""
        self.page.eval_on_selector(part, "(one) => { one.dataset.before = 1; }")
        yield
        self.page.wait_for_selector(f"{part}:not([data-before])")
        self.look()

    # --- forms ----------------------------------------------------------------------------------

    def field(self, label: str, within: str = "main") -> Locator:
        """The control with that label; required ones have an asterisk."""
        whole = re.compile(rf"^\s*{_words(label)}(\s*\*)?\s*$")
        return self.page.locator(within).get_by_label(whole)

    def type(self, label: str, text: str, within: str = "main") -> None:
        """Fill a field."""
        self.field(label, within).fill(text)

    def choose(self, label: str, option: str, within: str = "main") -> None:
        """Choose from a list."""
        self.field(label, within).select_option(label=option)

    def tick(self, label: str, within: str = "main", nth: int = 0) -> None:
        """Tick a box or a radio button by clicking its label, as people do."""
        begins = re.compile(rf"^\s*{_words(label)}")
        pressed = self.page.locator(within).locator("label", has_text=begins).nth(nth)
        pressed.click(position={"x": 5, "y": 5})
        box = self.page.locator(f"[id='{pressed.get_attribute('for')}']")
        assert box.is_checked(), label

    def attach(self, label: str, file: Any, within: str = "main") -> None:
        """Choose a file: a path, or name, type and bytes."""
        self.field(label, within).set_input_files(file)

    def reads(self, words: str) -> bool:
        """Whether the page shows these words, now or as soon as its scripts have run.

        For words that must come: what is not there is waited for to the end of all patience.
        """
        until = time.monotonic() + PATIENCE
        while not (found := words in " ".join(self.page.locator("body").inner_text().split())):
            if time.monotonic() > until:
                break
            self.page.wait_for_timeout(50)
        return found

    def document(self, link: str) -> str:
        """The text of the PDF behind a link, once the worker has made it."""
        address = self.page.get_by_role("link", name=link, exact=True).first.get_attribute("href")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.context.request.get(f"{self.base}{address}")
            if answer.headers["content-type"] == "application/pdf":
                break
            assert answer.status == 202 and time.monotonic() < until, answer.status
            time.sleep(0.1)
        pages = pypdfium2.PdfDocument(answer.body())
        return "\n".join(page.get_textpage().get_text_bounded() for page in pages)

    # --- looking --------------------------------------------------------------------------------

    def look(self, *, again: bool = False) -> None:
        """Check what every page must be: accessible and no wider than the screen."""
        self._note(faults_of(self.page, again=again))

    def _note(self, faults: list[str]) -> None:
        width = self.page.viewport_size["width"]  # type: ignore[index]
        self.faults += [f"{self.path} at {width} px: {one}" for one in faults]
        self.complain()

    def complain(self) -> None:
        """Fail for errors since the last check."""
        faults = "\n".join(self.faults)
        self.faults.clear()
        assert not faults, faults

    def picture(self, name: str) -> None:
        """Look at the page at every width, and keep it as pictures where they are wanted.

        A page that comes twice in a browser is looked at once. A page that was looked at when it
        came (a refusal) is not looked at from the beginning again.
        """
        if name in self.pictures:
            return
        self.pictures.add(name)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.look(again=self.page.evaluate("'shownBefore' in window"))
            if PICTURES_WANTED:
                self.keep(f"{name}-{width}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    def keep(self, name: str) -> None:
        """Save a screenshot of the whole page: the window grows, so that bars stay at the
        bottom.
        """
        PICTURES.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]  # type: ignore[index]
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": max(height, HEIGHT)})
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _arrived(self, response: Response | None, status: int, *, look: bool = True) -> None:
        assert response is not None
        if response.status != status:
            words = self.page.locator("body").inner_text()[:3000]
            raise AssertionError(f"{response.status} at {response.url}\n{words}")
        if look:
            self._note(faults_of(self.page) if status != HTTPStatus.OK else too_wide(self.page))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSAL):
            self.faults.append(f"{self.path}: {message.text} {message.location.get('url', '')}")
