"""Many accounts in one browser: the search with Ctrl+K, the tree, two tabs on two accounts (N1)."""

from __future__ import annotations

import pytest

from identity.models import User
from portal.organization_tree import MOST_SHOWN
from security_models.models import SecurityModel
from security_profile.models import Response
from tests.browser.conftest import OpenDesk
from tests.browser.desk import PICTURES, Desk
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.browser
NAMES = ("Alder Freight", "Old Kettle")


@pytest.fixture
def models(worker: object) -> list[SecurityModel]:
    """Two companies of one person."""
    first = make_model(make_account(NAMES[0]))
    second = make_model(make_account(NAMES[1], administrator=first.started_by), first.started_by)
    for model in (first, second):
        make_type(model)
    return [first, second]


@pytest.fixture
def desk(open_desk: OpenDesk, models: list[SecurityModel]) -> Desk:
    desk = open_desk()
    desk.come_signed_in(models[0].started_by)
    return desk


def criterion_of(model: SecurityModel) -> str:
    return f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/1.2"


def is_open(desk: Desk) -> bool:
    return bool(desk.page.evaluate("document.getElementById('palette').open"))


def test_n1_an_account_is_opened_with_the_keyboard_alone(
    desk: Desk, models: list[SecurityModel]
) -> None:
    desk.go("/home")
    keys = desk.page.keyboard
    keys.press("Control+k")
    keys.type("kettle")
    words = desk.page.get_by_role("combobox", name="Name, account number")
    desk.page.get_by_role("option", name="Old Kettle").wait_for()
    desk.page.wait_for_function("document.querySelectorAll('#palette-list a').length === 1")
    assert words.get_attribute("aria-expanded") == "true"
    assert words.get_attribute("aria-activedescendant") == "palette-1"
    assert desk.page.locator("#palette-said").inner_text() == "1 result"
    desk.look()
    with desk.leaving():
        keys.press("Enter")
    assert desk.path == f"/t/{models[1].trade_account_id}/profile/company"


def test_n1_enter_opens_what_was_typed_and_not_what_was_shown_before(
    desk: Desk, models: list[SecurityModel]
) -> None:
    desk.go("/home")
    desk.page.keyboard.press("Control+k")
    desk.page.locator("#palette-1").wait_for()
    desk.page.keyboard.type("kettle")
    with desk.leaving():
        desk.page.keyboard.press("Enter")
    assert desk.path == f"/t/{models[1].trade_account_id}/profile/company"


def test_n1_the_arrows_go_through_the_results_and_escape_gives_the_focus_back(desk: Desk) -> None:
    desk.go("/home")
    keys = desk.page.keyboard
    link = desk.page.get_by_role("link", name="Switch account")
    link.focus()
    keys.press("Control+k")
    keys.type("s")
    desk.page.locator("#palette-2").wait_for()
    keys.press("ArrowDown")
    words = desk.page.locator("#palette-words")
    assert words.get_attribute("aria-activedescendant") == "palette-2"
    assert desk.page.locator("#palette-2").get_attribute("aria-selected") == "true"
    keys.press("Escape")
    assert not is_open(desk)
    assert link.evaluate("one => one === document.activeElement")


def test_n1_the_key_is_the_browsers_own_while_someone_types(
    desk: Desk, models: list[SecurityModel]
) -> None:
    desk.go(criterion_of(models[0]))
    desk.field("Your response").focus()
    desk.page.keyboard.press("Control+k")
    assert not is_open(desk)


def test_n1_the_key_can_be_switched_off(desk: Desk, models: list[SecurityModel]) -> None:
    User.objects.update(palette=False)
    desk.go("/home")
    desk.page.keyboard.press("Control+k")
    assert not is_open(desk)


def test_n1_two_tabs_on_two_accounts_never_mix(desk: Desk, models: list[SecurityModel]) -> None:
    tabs = [desk, desk.another_tab()]
    for tab, model, name in zip(tabs, models, NAMES, strict=True):
        tab.go(criterion_of(model), look=False)
        tab.type("Your response", f"Guards of {name} walk the yard every hour and sign the log.")
    for tab, name in zip(tabs, NAMES, strict=True):
        with tab.leaving():
            tab.page.reload()
        assert name in tab.field("Your response").input_value()
    for tab, model in zip(reversed(tabs), reversed(models), strict=True):
        tab.press("Save")
        assert str(model.trade_account_id) in tab.path
    for model, name in zip(models, NAMES, strict=True):
        text = Response.objects.get(security_model=model, criterion__code="1.2").text
        assert name in text


def test_t10_the_whole_of_a_long_tree_is_fetched_when_it_is_opened(
    desk: Desk, models: list[SecurityModel]
) -> None:
    user = models[0].started_by
    for number in range(MOST_SHOWN):
        parent = models[1].trade_account if number % 2 else None
        make_account(f"Company {number:02}", administrator=user, parent=parent)
    desk.go("/accounts")
    desk.press("Pin Alder Freight")
    desk.go(f"/t/{models[1].trade_account_id}/profile/company")
    tree = desk.page.locator(".pp-alltree")
    assert not tree.get_by_role("link", name="Company 08").count()
    tree.locator("summary").click()
    tree.get_by_role("link", name="Company 08").wait_for()
    desk.look()
    desk.page.screenshot(path=PICTURES / "long-tree-1280.png", full_page=True)
    desk.go("/accounts")
    desk.page.screenshot(path=PICTURES / "switcher-long-1280.png", full_page=True)
    desk.page.keyboard.press("Control+k")
    desk.page.keyboard.type("comp")
    desk.page.locator("#palette-3").wait_for()
    desk.page.screenshot(path=PICTURES / "palette-1280.png")
