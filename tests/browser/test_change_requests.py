"""A change request from both sides: asked, returned, answered on a phone, approved (T3, S3)."""

from __future__ import annotations

import pytest
from django.db import transaction

from change_requests.models import ChangeRequest
from change_requests.states import ChangeStatus
from tests.browser.conftest import OpenDesk
from tests.browser.profile import text_file
from tests.browser.test_keyboard import press, write
from tests.factories.change_requests import REASON, sides
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.browser

PHONE = 320
MORE = "Please add the page of the register that shows the date."


def _page(request: ChangeRequest) -> str:
    return f"/t/{request.trade_account_id}/changes/name/{request.pk}"


def test_t3_a_name_is_asked_for_without_a_mouse_returned_answered_on_a_phone_and_approved(
    open_desk: OpenDesk,
) -> None:
    with transaction.atomic():
        model, officer, specialist = sides()
    account_id = model.trade_account_id
    desk = open_desk()
    desk.come_signed_in(officer.user)
    desk.go(f"/t/{account_id}/profile/company")
    press(desk, "Ask for another name")
    write(desk, "New company name", "Śląskie Szkło 奥斯特兰德")
    press(desk, "Continue")
    write(desk, "Why it must change", REASON)
    desk.press("Send to CBP", status=422, within="main")
    assert desk.reads("Add a document that proves it.")
    assert desk.field("Why it must change").input_value() == REASON
    desk.attach("Files", text_file("Rejestr 登记.txt", REASON))
    desk.press("Send to CBP", within="main")
    request = ChangeRequest.objects.get()
    assert desk.reads(f"Request {request.reference} is sent.")
    desk.picture("walk-change-sent")

    program = open_desk()
    program.come_signed_in(specialist.user)
    program.go("/scss/changes/")
    program.follow(request.reference, within="main")
    program.tick("Return: ask the company for more")
    program.press("Decide", status=422, within="main")
    program.type("Reason", MORE)
    program.press("Decide", within="main")
    assert program.reads("is with the company again")

    phone = open_desk(width=PHONE)
    phone.come_signed_in(officer.user)
    phone.go(_page(request))
    assert phone.reads(MORE)
    phone.picture("walk-change-returned")
    phone.attach("Files", text_file("Page 2.txt", "October 1"))
    phone.press("Send to CBP", within="main")

    program.go("/scss/changes/")
    program.follow(request.reference, within="main")
    program.tick("Approve: make the changes now")
    program.type("Reason", "The register shows the new name.")
    program.picture("walk-change-decide")
    program.press("Decide", within="main")
    request.refresh_from_db()
    assert request.status == ChangeStatus.APPROVED
    assert TradeAccount.objects.get(pk=account_id).name == "Śląskie Szkło 奥斯特兰德"
    phone.go(f"/t/{account_id}/profile/company")
    assert phone.reads("Śląskie Szkło 奥斯特兰德")
