"""Sample pages in Chromium: accessible, within 320 px, under a strict policy."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.look.conftest import PAGES, Render
from tests.looked import faults_of

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
HOST = "http://portal.test"


def _serve_static(route: Route, path: str) -> None:
    found = finders.find(path[8:]) if path.startswith("/static/") else None
    if isinstance(found, str):
        kind = mimetypes.guess_type(found)[0]
        route.fulfill(body=Path(found).read_bytes(), content_type=kind)
    else:
        route.fulfill(status=404, body="")


class Visit:
    """A browser page that shows sample pages and records the browser's complaints."""

    def __init__(self, page: Page, render: Render) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.render = render
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._serve)

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path.removeprefix("/") not in PAGES:
            _serve_static(route, path)
            return
        headers = {"Content-Security-Policy": POLICY}
        body = self.render(path.removeprefix("/"))
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def open(self, name: str) -> Page:
        """Show a sample page."""
        self.page.goto(f"{HOST}/{name}")
        return self.page


@pytest.fixture
def narrow(chromium: Browser, render: Render) -> Iterator[Visit]:
    """A visit on a phone."""
    context = chromium.new_context(viewport={"width": 320, "height": 700})
    yield Visit(context.new_page(), render)
    context.close()


@pytest.fixture
def wide(chromium: Browser, render: Render) -> Iterator[Visit]:
    """A visit on a desk."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page(), render)
    context.close()


def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(wide: Visit) -> None:
    found = []
    for name in PAGES:
        page = wide.open(name)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{name} at {width} px: {one}" for one in faults_of(page, again=width == 320)]
    assert not found, "\n".join(found)
    assert wide.complaints == []


#: Replaces each text of a page by 200 letters, one after another. Leaves out what the portal itself
#: writes and keeps whole: buttons, chips, labels, dates, references.
WIDENED = """
() => {
  const own = "button, option, script, style, svg, nav, .usa-button, .usa-tag, .pp-chip, .pp-st, " +
    ".pp-level, .pp-aud, .pp-tool, .pp-count, .pp-avatar, .pp-star, .pp-code, .pp-brand, " +
    ".pp-sq__row, .id, .nowrap, time, label, .only-wide, .sr, .usa-sr-only";
  const wide = () => document.documentElement.scrollWidth > window.innerWidth;
  const found = [];
  for (const box of document.querySelectorAll("body *")) {
    if (box.closest(own)) continue;
    for (const node of box.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const before = node.data;
      node.data = "n".repeat(200);
      const place = `${box.tagName}.${box.className} in ${box.parentElement.className}`;
      if (wide()) found.push(place);
      node.data = before;
    }
  }
  return [...new Set(found)];
}
"""


def test_no_text_without_spaces_widens_a_phones_page(narrow: Visit) -> None:
    """A file name of 200 characters, an address, a number: wherever people's text is shown."""
    found = [f"{name}: {one}" for name in PAGES for one in narrow.open(name).evaluate(WIDENED)]
    assert not found, "\n".join(found)


def test_the_error_summary_is_read_first_and_leads_to_the_field(wide: Visit) -> None:
    page = wide.open("forms")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.locator(".pp-errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_the_menu_of_a_phone_opens_closes_and_works_without_scripts(
    chromium: Browser, render: Render
) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=False
    )
    visit = Visit(context.new_page(), render)
    page = visit.open("glance")
    box = page.get_by_text("Trade Account Operations")
    assert not box.is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    assert box.is_visible()
    page.get_by_role("button", name="Close").click()
    assert not box.is_visible()
    context.close()


def test_the_application_menu_closes_on_escape(wide: Visit) -> None:
    page = wide.open("glance")
    page.get_by_text("Application Menu").first.click(force=True)
    assert page.get_by_role("link", name="Security questions").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Security questions").is_visible()


def test_characters_are_counted_while_typing(wide: Visit) -> None:
    page = wide.open("criterion")
    page.locator("textarea").fill("Four")
    counter = page.locator(".pp-counter")
    assert counter.text_content() == "4 of 4000 characters, 1 of 200 lines"
    page.locator("textarea").fill("x" * 4001)
    assert counter.text_content() == "1 over the limit of 4000 characters, 1 of 200 lines"
    page.locator("textarea").fill("x\n" * 199 + "x")
    assert counter.text_content() == "399 of 4000 characters, 200 of 200 lines"
    page.locator("textarea").fill("x\n" * 201 + "x")
    assert counter.text_content() == "403 of 4000 characters, 2 over the limit of 200 lines"
    assert counter.get_attribute("aria-live") == "polite"


def test_a_password_is_shown_on_request(wide: Visit) -> None:
    page = wide.open("plain")
    page.locator("#id_password").fill("secret")
    page.get_by_role("button", name="Show").click()
    assert page.locator("#id_password").get_attribute("type") == "text"


def test_n3_cancel_asks_only_when_typed_text_would_be_lost(wide: Visit, render: Render) -> None:
    read_by_somebody = '<body data-person="p" data-secret="password" '
    wide.render = lambda name: re.sub(r"<body\s", read_by_somebody, render(name))
    page = wide.open("forms")
    page.get_by_role("link", name="Cancel").click()
    page = wide.open("forms")
    page.locator("#id_email").fill("someone@example.org")
    page.get_by_role("link", name="Cancel").click()
    assert page.get_by_role("dialog", name="You haven't saved what you typed").is_visible()
    page.get_by_role("button", name="Stay").click()
    assert page.url.endswith("/forms")
    assert page.locator("#id_email").input_value() == "someone@example.org"


def test_a_second_press_sends_nothing_more(wide: Visit) -> None:
    page = wide.open("sign")
    sent = page.evaluate(
        """() => {
            const form = document.querySelector("form[method=post]:has(#id_agree)");
            const button = form.querySelector("button[type=submit]");
            let sent = 0;
            window.addEventListener("submit", (event) => {
                if (!event.defaultPrevented) sent += 1;
                event.preventDefault();
            });
            button.click();
            button.click();
            return sent;
        }"""
    )
    assert sent == 1
    assert page.locator("[aria-disabled=true]").count() == 1
