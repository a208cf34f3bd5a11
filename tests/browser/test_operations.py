"""Operations on trade accounts from all sides, partly without a mouse (T8, T9)."""

from __future__ import annotations

import pytest
from django.db import transaction

from operations.models import TradeAccountRequest
from operations.states import RequestStatus
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.test_keyboard import press, write
from tests.factories.operations import REASON, two_accounts
from tests.factories.people import UserFactory
from tests.factories.trade import make_model
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.browser

PHONE = 320


def _manage(account: TradeAccount) -> str:
    return f"/t/{account.pk}/operations/"


def _request() -> TradeAccountRequest:
    return TradeAccountRequest.objects.get()


def _choose(desk: Desk, name: str) -> None:
    """Choose an account by the keyboard; the menu has links of the same names."""
    desk.page.get_by_role("radio", name=name).focus()
    desk.page.keyboard.press("Space")
    press(desk, "Save/Next")


def test_t8_a_link_is_asked_without_a_mouse_agreed_on_a_phone_and_approved(
    open_desk: OpenDesk,
) -> None:
    with transaction.atomic():
        top, below, asker = two_accounts("Śląskie Szkło", "奥斯特兰德")
        make_model(below)
        boss = UserFactory.create(staff_role="management")
    desk = open_desk()
    desk.come_signed_in(asker)
    desk.go(_manage(top))
    press(desk, "Link accounts")
    _choose(desk, "Śląskie Szkło")
    _choose(desk, "奥斯特兰德")
    write(desk, "Detailed reason", REASON)
    press(desk, "Save/Next")
    desk.picture("walk-operations-check")
    press(desk, "Send the request")
    assert desk.reads("is sent")
    assert desk.reads("A Company Administrator of 奥斯特兰德 decides.")

    theirs = open_desk(width=PHONE)
    theirs.come_signed_in(below.created_by)
    theirs.go(f"{_manage(below)}{_request().pk}/")
    theirs.follow("Agree", within="main")
    theirs.picture("walk-operations-agree")
    theirs.press("Agree", within="main")
    assert theirs.reads("C-TPAT management decides now.")

    program = open_desk()
    program.come_signed_in(boss)
    program.go("/mgmt/operations/")
    program.follow("Link 奥斯特兰德 below Śląskie Szkło", within="main")
    program.picture("walk-operations-staff")
    program.follow("Approve", within="main")
    program.press("Approve", within="main")
    assert _request().status == RequestStatus.APPLIED

    theirs.go(f"/t/{below.pk}/profile/company")
    assert TradeAccount.objects.get(pk=below.pk).parent_id == top.pk


def test_t9_a_merge_leads_a_bookmark_to_the_account_that_stays(open_desk: OpenDesk) -> None:
    with transaction.atomic():
        survivor, closing, asker = two_accounts("Śląskie Szkło", "奥斯特兰德")
        member = closing.created_by
    desk = open_desk()
    desk.come_signed_in(asker)
    desk.go(_manage(survivor))
    press(desk, "Merge accounts")
    _choose(desk, "奥斯特兰德")
    _choose(desk, "Śląskie Szkło")
    write(desk, "Detailed reason", REASON)
    press(desk, "Save/Next")
    press(desk, "Send the request")
    theirs = open_desk()
    theirs.come_signed_in(member)
    theirs.go(f"{_manage(closing)}{_request().pk}/acts/agree")
    theirs.press("Agree", within="main")
    assert theirs.reads("is carried out")
    assert theirs.path.startswith(_manage(survivor))
    theirs.go(f"/t/{closing.pk}/profile/users")
    assert theirs.path == f"/t/{survivor.pk}/profile/users"
