"""A company and its specialist write to each other by clicking; nothing typed is lost (M3, M4)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.access import system
from core.tenancy import on_behalf_of
from identity.models import User
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.worker import Mailbox
from tests.factories.messages import looked_after

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
QUESTION = "Do we describe the new warehouse before the move? 新しい倉庫"
INQUIRY = "Which partner closes the containers at the port?"
ANSWER = "Our carrier does, since July."


def signed_in(desk: Desk, user: User) -> Desk:
    desk.come_signed_in(user)
    return desk


def saved_by_itself(desk: Desk) -> None:
    expect(desk.page.get_by_text("Draft saved")).to_be_visible()


def test_m4_a_question_an_inquiry_and_its_answer(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    with on_behalf_of(system("test")):
        _model, officer, specialist = looked_after()
    partner = signed_in(desk, officer.user)
    partner.go("/messages")
    partner.follow("Write a message", within="main")
    partner.type("Subject", "A warehouse that moves")
    partner.type("Message", QUESTION)
    saved_by_itself(partner)
    partner.go("/messages")
    assert partner.reads("You have one message that isn't sent yet.")
    partner.follow("Your drafts")
    partner.follow("A warehouse that moves")
    assert partner.field("Message").input_value() == QUESTION
    partner.press("Send")
    assert partner.reads("Your message is sent.")
    staff = signed_in(open_desk(), specialist.user)
    staff.go("/scss/messages")
    staff.follow("A warehouse that moves")
    assert staff.reads(QUESTION)
    staff.type("Message", INQUIRY)
    staff.tick("This is an inquiry")
    staff.press("Send")
    partner.go(mailbox.link(officer.user.email, "/messages/"))
    assert partner.reads(INQUIRY)
    _answer_in_two_tabs(partner)
    staff.go("/scss/messages?kind=answered")
    assert staff.reads("A warehouse that moves")


def _answer_in_two_tabs(partner: Desk) -> None:
    """What each tab writes is a draft of its own; one is sent, the other stays."""
    other = partner.another_tab()
    other.go(partner.path)
    partner.type("Message", ANSWER)
    saved_by_itself(partner)
    other.type("Message", "From another tab")
    saved_by_itself(other)
    partner.press("Send")
    assert partner.reads(ANSWER)
    assert partner.field("Message").input_value() == "From another tab"
