"""Without a mouse, and on a phone: sign-in, one criterion, the ceremony, menus."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from security_profile.models import Response, Submission
from security_profile.states import SubmissionKind
from tests.browser.conftest import OpenDesk
from tests.browser.desk import HEIGHT, Desk
from tests.factories import annual
from tests.factories.people import PASSWORD, code_of
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model
from tests.security_profile.test_submit import change

pytestmark = pytest.mark.browser
TEXT = "Guards walk the yard every hour and sign the log, also at night."
FAR = 250
FOCUSED = """() => {
    const one = document.activeElement;
    const labels = [...(one.labels || [])].map((label) => label.innerText);
    const words = (labels[0] || one.getAttribute("aria-label") || one.innerText || "");
    return words.trim().replace(/\\s*\\*$/, "").split("\\n")[0].trim();
}"""
RING = """() => {
    const one = document.activeElement;
    const near = [one, one.closest("label"), one.nextElementSibling, one.parentElement];
    return near.filter(Boolean).some((each) => {
        const style = getComputedStyle(each);
        const before = getComputedStyle(each, "::before");
        return [style, before].some((s) => s.outlineStyle !== "none" && s.outlineWidth !== "0px");
    });
}"""


def tab_to(desk: Desk, words: str) -> None:
    """Press Tab until the control with these words has the focus, and shows it."""
    for _ in range(FAR):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate(FOCUSED).startswith(words):
            assert desk.page.evaluate(RING), f"{words}: the focus cannot be seen"
            return
    raise AssertionError(f"no way to {words!r} by Tab on {desk.path}")


def press(desk: Desk, words: str, status: int = 200) -> None:
    """Tab to a button or link and press Enter."""
    tab_to(desk, words)
    with desk.leaving(status):
        desk.page.keyboard.press("Enter")


def write(desk: Desk, words: str, text: str) -> None:
    """Tab to a field and type."""
    tab_to(desk, words)
    desk.page.keyboard.type(text)


def test_sign_in_and_one_criterion_without_a_mouse(desk: Desk) -> None:
    model = make_model(make_account())
    make_type(model)
    page = f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/1.2"
    desk.go(page)
    write(desk, "Email address", model.started_by.email)
    write(desk, "Password", PASSWORD)
    with desk.leaving():
        desk.page.keyboard.press("Enter")
    assert desk.path == page
    tab_to(desk, "Skip to main content")
    desk.page.keyboard.press("Enter")
    write(desk, "Your response", TEXT)
    press(desk, "Save")
    assert Response.objects.get(security_model=model, criterion__code="1.2").text == TEXT


def test_p10_an_annual_review_is_confirmed_and_signed_without_a_mouse(
    desk: Desk, settings: Any
) -> None:
    model = annual.certified_model()
    TOTPDevice.objects.create(user=model.started_by, name="authenticator")
    settings.DEMO_TODAY = (annual.cycle(model).due_on - dt.timedelta(days=30)).isoformat()
    desk.come_signed_in(model.started_by)
    desk.go(f"/t/{model.trade_account_id}/m/{model.pk}/annual-review/")
    press(desk, "1. ")
    press(desk, "Confirm no change")
    desk.page.keyboard.press("Tab")
    stays = "document.activeElement.closest('#c-1\\\\.1') !== null"
    assert desk.page.evaluate(stays), "the way goes on where the button was"
    change(model, "1.2", TEXT)
    press(desk, "Confirm no change", status=422)
    assert desk.reads("Criterion 1.2 was changed")
    assert desk.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    annual.confirm(model, "1.2")
    annual.do_everything(model)
    press(desk, "Annual review")
    press(desk, "Read and sign the annual review")
    press(desk, "Continue to certify")
    press(desk, "Next", status=422)
    assert desk.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for statement in ("I certify", "I agree"):
        tab_to(desk, statement)
        desk.page.keyboard.press("Space")
    write(desk, "Type your full name", model.started_by.name)
    press(desk, "Next")
    write(desk, "Password", PASSWORD)
    write(desk, "Six-digit code", code_of(model.started_by))
    press(desk, "Sign and submit")
    assert desk.reads("Signed and submitted")
    assert Submission.objects.filter(kind=SubmissionKind.ANNUAL_REVIEW).count() == 1


def test_n4_the_application_menu_opens_closes_and_signs_out(desk: Desk) -> None:
    account = make_account()
    desk.come_signed_in(account.created_by)
    desk.go("/home")
    menu = desk.page.locator("details[data-menu]")
    menu.locator("summary").focus()
    desk.page.keyboard.press("Enter")
    assert menu.get_by_role("link", name="Your account").is_visible()
    desk.look()
    desk.page.keyboard.press("Escape")
    assert not menu.get_by_role("link", name="Your account").is_visible()
    desk.page.keyboard.press("Enter")
    with desk.leaving():
        menu.get_by_role("button", name="Sign out").click()
    assert desk.reads("You are signed out.")
    desk.go("/home")
    assert desk.path == "/sign-in"


def test_n1_on_a_phone_the_boxes_are_in_a_drawer(open_desk: OpenDesk) -> None:
    account = make_account()
    model = make_model(account)
    make_type(model)
    desk = open_desk(width=320)
    desk.come_signed_in(account.created_by)
    desk.go(f"/t/{account.pk}/m/{model.pk}/")
    boxes = desk.page.get_by_text("Trade Account Operations")
    assert not boxes.is_visible()
    desk.page.get_by_role("button", name="Menu", exact=True).click()
    assert boxes.is_visible()
    desk.look()
    desk.keep("drawer-320")
    desk.page.keyboard.press("Escape")
    assert not boxes.is_visible()
    desk.page.get_by_role("button", name="Menu", exact=True).click()
    desk.follow("Security Profile")
    assert desk.page.viewport_size == {"width": 320, "height": HEIGHT}
    assert desk.path.endswith("/security-profile/")
