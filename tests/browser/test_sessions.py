"""The end of a session as people see it, and keyboard shortcuts."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from core import clock
from identity.models import Session, User
from identity.session_store import BEGAN_AT, SEEN_AT
from security_models.models import SecurityModel
from security_profile.models import Response
from tests.browser import road
from tests.browser.desk import Desk
from tests.browser.test_keyboard import tab_to
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.browser
TEXT = "Guards walk the yard every hour and sign the log, also at night."
OPEN = "dialog[open]"


@pytest.fixture
def user(worker: object) -> User:
    """A person without any account."""
    made: User = UserFactory.create()
    return made


def shift(user: User, key: str, seconds: int) -> None:
    """Move an instant of the session this many seconds into the past."""
    for row in Session.objects.filter(user=user):
        store = row.get_session_store_class()(row.session_key)
        store[key] = int(clock.now().timestamp()) - seconds
        store.save()


def come(desk: Desk, user: User, path: str = "/account/") -> None:
    """Signed in, on a page."""
    desk.come_signed_in(user)
    desk.go(path)


def test_five_minutes_before_the_end_one_key_keeps_the_session(desk: Desk, user: User) -> None:
    come(desk, user)
    assert not desk.page.locator(OPEN).count()
    shift(user, SEEN_AT, settings.SESSION_IDLE_SECONDS - 4 * 60)
    # The page was opened within a minute of the session's last write, so nothing is written now.
    desk.page.evaluate("document.body.dataset.warn = '1801'")
    desk.page.wait_for_selector("#session-soon[open]")
    assert desk.page.evaluate("document.activeElement.innerText") == "Stay signed in"
    assert re.search(r"your session ends at \d+:\d\d", desk.page.inner_text("#session-soon"))
    desk.picture("session-soon")
    desk.page.evaluate("document.body.dataset.warn = '300'")
    with desk.page.expect_response("**/account/stay") as answer:
        desk.page.keyboard.press("Enter")
    assert answer.value.status == 200
    desk.page.wait_for_selector("#session-soon:not([open])", state="attached")
    (row,) = Session.objects.filter(user=user)
    assert row.seen_at is not None
    assert (clock.now() - row.seen_at).total_seconds() < 60


def tell_tabs(desk: Desk, idle: int) -> None:
    """Let the tab believe that the session ends after this many seconds without a request."""
    desk.page.evaluate(
        """(idle) => {
            const state = JSON.parse(localStorage.getItem("portal-session"));
            state.idle = Date.now() + idle * 1000;
            localStorage.setItem("portal-session", JSON.stringify(state));
            window.dispatchEvent(new StorageEvent("storage", {key: "portal-session"}));
        }""",
        idle,
    )


def test_another_tab_at_work_puts_the_warning_off(desk: Desk, user: User) -> None:
    come(desk, user)
    tab = desk.another_tab()
    tell_tabs(desk, 4 * 60)
    desk.page.wait_for_selector("#session-soon[open]")
    tab.go("/account/profile")
    desk.page.wait_for_selector("#session-soon:not([open])", state="attached")


def test_the_end_says_what_is_kept_and_the_text_comes_back(desk: Desk, worker: object) -> None:
    model = make_model(make_account())
    make_type(model)
    page = f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/1.2"
    desk.go(page)
    road.type_sign_in(desk, model.started_by.email)
    desk.type("Your response", TEXT)
    shift(model.started_by, SEEN_AT, settings.SESSION_IDLE_SECONDS)
    tell_tabs(desk, -1)
    desk.page.wait_for_selector("#session-over[open]")
    assert "still on this page" in desk.page.inner_text("#session-over")
    desk.picture("session-over")
    desk.page.keyboard.press("Enter")
    desk.press("Save")
    assert desk.path == "/sign-in"
    road.type_sign_in(desk, model.started_by.email)
    assert desk.path == page
    assert desk.field("Your response").input_value() == TEXT


def test_the_last_five_minutes_of_twelve_hours_are_told(desk: Desk, user: User) -> None:
    come(desk, user)
    shift(user, BEGAN_AT, settings.SESSION_COOKIE_AGE - 4 * 60)
    desk.go("/account/profile", look=False)
    desk.page.wait_for_selector("#session-last[open]")
    assert "Sessions last 12 hours" in desk.page.inner_text("#session-last")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("#session-last:not([open])", state="attached")


def test_a_tab_of_who_signed_out_or_of_somebody_else_says_so(desk: Desk, user: User) -> None:
    come(desk, user)
    tab = desk.another_tab()
    tab.go("/account/")
    tab.press("Sign out", within="main")
    desk.page.wait_for_selector("#session-over[open]")
    other = UserFactory.create()
    tab.come_signed_in(other)
    tab.go("/account/")
    desk.page.wait_for_selector("#session-other[open]")
    desk.picture("session-other")
    assert user.name != other.name


def test_shortcuts_save_go_on_and_show_their_list(desk: Desk, worker: object) -> None:
    model: SecurityModel = make_model(make_account())
    make_type(model)
    page = f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/1.2"
    come(desk, model.started_by, page)
    desk.type("Your response", TEXT)
    with desk.leaving():
        desk.page.keyboard.press("Control+s")
    assert desk.path == page
    assert Response.objects.get(security_model=model, criterion__code="1.2").text == TEXT
    with desk.leaving():
        desk.page.keyboard.press("Alt+n")
    assert desk.path != page
    desk.page.keyboard.press("?")
    desk.page.wait_for_selector("#keys[open]")
    desk.picture("shortcuts")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("g")
    with desk.leaving():
        desk.page.keyboard.press("h")
    assert desk.path == "/home"
    User.objects.filter(pk=model.started_by_id).update(single_keys=False)
    desk.go("/account/")
    desk.page.keyboard.press("?")
    assert not desk.page.locator(OPEN).count()


def test_ending_the_other_sessions_without_a_mouse(desk: Desk, user: User) -> None:
    come(desk, user)
    come(desk, user)
    desk.go("/account/sessions")
    assert Session.objects.filter(user=user).count() == 2
    tab_to(desk, "End all other sessions")
    with desk.leaving():
        desk.page.keyboard.press("Enter")
    assert Session.objects.filter(user=user).count() == 1
