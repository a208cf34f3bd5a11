"""The review page in Chromium: keys, saved reasons, a long list (7.3; WCAG 2.1.4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.access import Access
from security_profile.models import CriterionDecision, Submission
from tests.factories import reviews as made
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOLD_A = """() => {
    for (const repeat of [false, true, true, true])
        document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', repeat, bubbles: true}))
}"""


@pytest.fixture
def reviewed() -> tuple[Submission, Access]:
    """A review that has started."""
    return made.in_review()


@pytest.fixture
def page(
    reviewed: tuple[Submission, Access], live_server: LiveServer, chromium: Browser
) -> Iterator[Page]:
    """The specialist's review page, in the browser that all browser tests share."""
    submission, access = reviewed
    assert access.user is not None
    client = Client()
    client.force_login(access.user)
    ids = [submission.security_model_id, submission.pk, "1.1"]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    for name, cookie in client.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    opened = context.new_page()
    opened.goto(live_server.url + reverse("reviews:criterion", args=ids))
    yield opened
    context.close()


def test_a_key_held_down_accepts_one_criterion(
    page: Page, reviewed: tuple[Submission, Access]
) -> None:
    page.locator("body").press("Escape")
    page.evaluate(HOLD_A.replace("document.dispatch", "document.body.dispatch"))
    expect(page.get_by_role("status")).to_contain_text("1.1: accepted, as a draft")
    expect(page.locator("h1")).to_contain_text("Criterion 1.2")
    page.wait_for_load_state("networkidle")
    assert CriterionDecision.objects.filter(submission=reviewed[0]).count() == 1


def test_the_return_key_asks_for_a_comment_and_letters_typed_there_decide_nothing(
    page: Page, reviewed: tuple[Submission, Access]
) -> None:
    page.keyboard.press("r")
    expect(page.locator("#id_comment")).to_be_focused()
    page.keyboard.type("a jar of keys")
    page.locator("#id_reason").select_option("answer_no_who")
    page.get_by_role("button", name="Insert").click()
    comment = page.locator("#id_comment").input_value()
    assert comment.startswith("a jar of keys\n\nWe cannot see who is responsible.")
    assert not CriterionDecision.objects.exists()
    page.get_by_role("button", name="Return with comment").click()
    expect(page.get_by_role("status")).to_contain_text("1.1: returned, as a draft")
    assert CriterionDecision.objects.get(submission=reviewed[0]).comment == comment


def test_single_keys_can_be_switched_off(page: Page) -> None:
    hint = page.get_by_role("button", name="Accept", exact=True).locator("kbd")
    expect(hint).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    expect(hint).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Turn keys off").click()
    expect(hint).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_contain_text("Criterion 1.1")
    page.get_by_role("button", name="Turn keys on").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text("Criterion 1.2")


def test_a_long_list_scrolls_by_itself_and_shows_the_criterion_at_hand(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollHeight") < 3000
    page.goto(page.url.replace("/1.1", "/9.8"))
    expect(page.locator(".pp-list [aria-current=page]")).to_be_in_viewport()


def test_keys_lead_to_comment_note_comparison_and_criterion(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("#id_internal_note")).to_be_focused()
    page.locator("#id_internal_note").blur()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Next undecided criterion")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page.locator("#jump")).to_be_focused()
    page.keyboard.type("6.1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Criterion 6.1")
    page.wait_for_load_state()  # keys are read once the scripts have run
    page.keyboard.press("u")
    expect(page.locator("h1")).not_to_contain_text("Criterion 6.1")


def test_escape_leaves_the_comment_as_it_is_and_the_focus_in_it(page: Page) -> None:
    page.locator("details[data-menu] summary").first.click()
    page.locator("#id_comment").focus()
    page.keyboard.type("Who holds the keys?")
    page.keyboard.press("Escape")
    expect(page.locator("details[data-menu][open]")).to_have_count(0)
    expect(page.locator("#id_comment")).to_be_focused()
    expect(page.locator("#id_comment")).to_have_value("Who holds the keys?")


def test_the_list_of_keys_takes_the_focus_and_gives_it_back(page: Page) -> None:
    accept = page.get_by_role("button", name="Accept", exact=True)
    accept.focus()
    page.keyboard.press("?")
    expect(page.locator("#keys h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(accept).to_be_focused()


def test_control_enter_returns_with_the_comment_that_was_typed(
    page: Page, reviewed: tuple[Submission, Access]
) -> None:
    page.keyboard.press("c")
    page.keyboard.type("Who holds the keys?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("1.1: returned, as a draft")
    decision = CriterionDecision.objects.get(submission=reviewed[0])
    assert (decision.verdict, decision.comment) == ("returned", "Who holds the keys?")


@pytest.fixture
def managing(
    reviewed: tuple[Submission, Access], live_server: LiveServer, chromium: Browser
) -> Iterator[Page]:
    """All open work as management sees it, at 1280 px."""
    client = Client()
    client.force_login(UserFactory.create(staff_role="management"))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    for name, cookie in client.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    opened = context.new_page()
    opened.goto(live_server.url + reverse("reviews:open-work"))
    yield opened
    context.close()


@pytest.mark.parametrize("width", [1280, 1100, 320])
def test_every_entry_of_a_long_menu_is_in_a_group_that_opens_over_the_page(
    managing: Page, width: int
) -> None:
    managing.set_viewport_size({"width": width, "height": 900})
    menu = managing.get_by_role("navigation", name="Main")
    groups = {
        "Work": ("Open work", "Applications"),
        "Partners": ("Partners", "Invitation codes"),
        "People": ("Users", "Recoveries"),
    }
    if width == 320:
        managing.get_by_role("button", name="Menu", exact=True).click()
    for group, names in groups.items():
        menu.locator("summary", has_text=group).press("Enter")
        for name in names:
            menu.get_by_role("link", name=name, exact=True).click(trial=True)
    expect(menu.locator("[data-current] > summary")).to_have_text("Work")
    managing.keyboard.press("Escape")
    expect(menu.locator("details[open]")).to_have_count(0)


def test_ticked_rows_are_no_text_that_the_next_page_shows_again(managing: Page) -> None:
    managing.get_by_label("Select this page").check()
    managing.get_by_role("button", name="Hand over selected").click()
    expect(managing.locator("h1")).to_contain_text("Hand over 1 partner")
    managing.reload()
    expect(managing.get_by_text("You typed this here")).to_have_count(0)
    assert managing.evaluate("sessionStorage.getItem('portal-drafts') || ''") == ""
