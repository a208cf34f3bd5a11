"""The queue in Chromium: its acts with only the keyboard, without scripts, and on a
narrow screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from reviews.models import WorkMark
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.looked import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("Alder Imports", "Birch Drayage")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def queue(
    request: pytest.FixtureRequest, live_server: LiveServer, chromium: Browser
) -> Iterator[Page]:
    """The queue of a specialist with two items, at 320 px."""
    scss = UserFactory.create(staff_role="scss")
    for name in NAMES:
        model = made.sent_in(name=name)
        made.specialist(model, scss)
    client = Client()
    client.force_login(scss)
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=request.param
    )
    for name, cookie in client.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    opened = context.new_page()
    opened.goto(live_server.url + reverse("reviews:queue"))
    yield opened
    context.close()


def test_an_item_is_pinned_snoozed_and_brought_back_by_keyboard(queue: Page) -> None:
    pin = queue.get_by_role("button", name="Pin Application, Birch Drayage")
    pin.focus()
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("button", name="Unpin Application, Birch Drayage")).to_be_visible()
    expect(queue.locator(".pp-listing tbody tr").first).to_contain_text("Birch Drayage")
    queue.get_by_role("link", name="Snooze Application, Alder Imports").focus()
    queue.keyboard.press("Enter")
    queue.get_by_label("Until").focus()
    queue.keyboard.type((clock.today() + dt.timedelta(days=3)).isoformat())
    queue.keyboard.press("Tab")
    queue.keyboard.type("The port answers on Monday.")
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("status").first).to_contain_text("Snoozed until")
    expect(queue.locator(".pp-listing tbody tr")).to_have_count(1)
    queue.goto(queue.url.split("?")[0].split("#")[0] + "?marked=snoozed")
    expect(queue.locator(".pp-listing tbody tr")).to_contain_text("The port answers on Monday.")
    queue.get_by_role("button", name="Bring back Application, Alder Imports").focus()
    queue.keyboard.press("Enter")
    expect(queue.get_by_text("Nothing matches this filter.")).to_be_visible()
    assert WorkMark.objects.filter(snoozed_until=None).count() == 1


@pytest.mark.parametrize("queue", [True], indirect=True)
def test_the_queue_and_the_page_that_snoozes_fit_on_narrow_and_wide_screens(queue: Page) -> None:
    for width in (320, 1280):
        queue.set_viewport_size({"width": width, "height": 800})
        assert faults_of(queue) == []
    queue.get_by_role("link", name="Snooze Application, Alder Imports").click()
    for width in (320, 1280):
        queue.set_viewport_size({"width": width, "height": 800})
        assert faults_of(queue) == []
