"""Nothing that is typed is lost: each link, key, button, reload and Back keeps it, or asks."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from security_models.models import Contact, EntityIdentifier, SecurityModel
from security_models.states import ContactRole
from security_profile.models import CriterionDecision, Response
from security_profile.services import review
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.worker import Mailbox
from tests.factories.profile import make_type
from tests.factories.reviews import ready_model, send_in, specialist
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.browser
TEXT = "Guards walk the yard every hour and sign the log, also at night."
KEPT = "We kept what you typed. It isn't saved yet."
ASKED = "You haven't saved what you typed"


@pytest.fixture
def model(worker: object) -> SecurityModel:
    """A draft with two contacts: the Officer who started it and an Employee."""
    made = make_model(make_account())
    make_type(made)
    make_contact(made)
    return made


@pytest.fixture
def writer(open_desk: OpenDesk, model: SecurityModel) -> Desk:
    """The Officer, who has typed a response on the page of a criterion."""
    desk = open_desk()
    desk.come_signed_in(model.started_by)
    desk.go(criterion_of(model))
    desk.type("Your response", TEXT)
    return desk


def criterion_of(model: SecurityModel, code: str = "1.2") -> str:
    return f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/{code}"


def saved_text(model: SecurityModel, code: str = "1.2") -> str:
    return Response.objects.get(security_model=model, criterion__code=code).text


def shown(desk: Desk) -> str:
    return desk.field("Your response").input_value()


def stored(desk: Desk) -> object:
    """What the tab still stores."""
    return json.loads(desk.page.evaluate("sessionStorage.getItem('portal-drafts') || '{}'"))


def is_asked(desk: Desk) -> bool:
    return desk.page.get_by_role("dialog", name=ASKED).is_visible()


def answer(desk: Desk, name: str) -> None:
    """Click a button of the question that opens no page."""
    desk.page.locator("#unsaved").get_by_role("button", name=name, exact=True).click()


def test_a_text_is_there_again_after_a_reload_until_it_is_saved(
    writer: Desk, model: SecurityModel
) -> None:
    with writer.leaving():
        writer.page.reload()
    assert shown(writer) == TEXT
    writer.page.get_by_text(KEPT).wait_for()
    writer.picture("draft-restored")
    writer.press("Save")
    assert saved_text(model) == TEXT
    writer.go(criterion_of(model))
    assert not writer.page.get_by_text(KEPT).count()
    assert stored(writer) == {}


def test_a_link_asks_and_save_goes_on_to_where_it_leads(writer: Desk, model: SecurityModel) -> None:
    writer.page.get_by_role("link", name="Security profile", exact=True).first.click()
    assert is_asked(writer)
    writer.picture("draft-asked")
    answer(writer, "Stay")
    assert not is_asked(writer)
    assert shown(writer) == TEXT
    writer.page.get_by_role("link", name="Security profile", exact=True).first.click()
    writer.press("Save", within="#unsaved")
    assert writer.path == criterion_of(model).removesuffix("1.2")
    assert saved_text(model) == TEXT


def test_u2_a_link_asks_before_a_visitor_loses_answers_that_no_tab_keeps(
    open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    desk = open_desk()
    desk.go("/register")
    desk.type("Email address", "dagny@example.com")
    desk.press("Send the link")
    desk.go(mailbox.link("dagny@example.com", "register/confirm/"))
    desk.press("Confirm email address and continue")
    desk.choose("Salutation", "Ms.")
    for label, words in (("First name", "Dagny"), ("Last name", "Sund"), ("Title", "Clerk")):
        desk.type(label, words)
    desk.type("Phone number", "+1 956 555 0100")
    desk.press("Next")
    desk.page.get_by_role("link", name="Previous").click()
    desk.page.wait_for_url("**/profile")
    desk.press("Next")
    desk.type("Answer 1", "Kittiwake")
    desk.page.get_by_role("link", name="Previous").click()
    assert is_asked(desk)
    answer(desk, "Stay")
    assert desk.field("Answer 1").input_value() == "Kittiwake"
    assert "Kittiwake" not in json.dumps(stored(desk))


def test_nobody_who_registers_reads_what_somebody_before_them_typed_in_this_tab(
    open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    desk = open_desk()
    for address in ("dagny@example.com", "ivo@example.com"):
        desk.go("/register")
        desk.type("Email address", address)
        desk.press("Send the link")
        desk.go(mailbox.link(address, "register/confirm/"))
        desk.press("Confirm email address and continue")
        assert desk.field("First name").input_value() == ""
        desk.type("First name", "Dagny")
        desk.page.reload()
        assert desk.field("First name").input_value() == "Dagny"


def test_numbers_typed_into_several_boxes_are_saved_by_one_press(
    writer: Desk, model: SecurityModel
) -> None:
    writer.go(f"/t/{model.trade_account_id}/m/{model.pk}/identifiers", look=False)
    boxes = writer.page.get_by_label("Number to add").all()
    for box, number in zip(boxes, ("00-123456700", "99ZZ00001"), strict=False):
        box.fill(number)
    writer.page.get_by_role("link", name="Addresses", exact=True).first.click()
    assert is_asked(writer)
    writer.press("Save", within="#unsaved")
    assert writer.path.endswith("/addresses")
    values = set(EntityIdentifier.objects.values_list("value", flat=True))
    assert {"00-123456700", "99ZZ00001"} <= values


def test_who_leaves_without_saving_finds_the_text_again(writer: Desk, model: SecurityModel) -> None:
    writer.page.get_by_role("link", name="Security profile", exact=True).first.click()
    writer.press("Leave", within="#unsaved")
    with writer.leaving():
        writer.page.go_back()
    assert shown(writer) == TEXT
    writer.page.get_by_text(KEPT).wait_for()
    writer.page.get_by_role("button", name="Discard", exact=True).first.click()
    assert shown(writer) == ""
    writer.go(criterion_of(model))
    assert shown(writer) == ""


def test_p5_a_text_that_comes_back_over_a_colleagues_leads_to_both(
    writer: Desk, open_desk: OpenDesk, model: SecurityModel
) -> None:
    colleague = Contact.objects.get(security_model=model, role=ContactRole.EMPLOYEE).membership.user
    assert colleague is not None
    second = open_desk()
    second.come_signed_in(colleague)
    second.go(criterion_of(model))
    second.type("Your response", "Guards walk the yard every two hours.")
    second.press("Save")
    with writer.leaving():
        writer.page.reload()
    assert shown(writer) == TEXT
    assert writer.reads("someone has changed this since")
    writer.press("Save", status=409)
    assert writer.reads("Guards walk the yard every two hours.")
    assert writer.reads(TEXT)
    writer.press("Use theirs")
    assert shown(writer) == "Guards walk the yard every two hours."


def test_signing_out_asks_and_leaves_nothing_to_the_next_person(
    writer: Desk, model: SecurityModel
) -> None:
    writer.page.locator(".pp-appmenu summary").click()
    writer.page.get_by_role("button", name="Sign out", exact=True).click()
    assert is_asked(writer)
    writer.press("Discard", within="#unsaved")
    assert stored(writer) == {}


def test_a_text_of_another_person_is_neither_shown_nor_kept(
    writer: Desk, model: SecurityModel
) -> None:
    colleague = Contact.objects.get(security_model=model, role=ContactRole.EMPLOYEE).membership.user
    assert colleague is not None
    writer.come_signed_in(colleague)
    writer.go(criterion_of(model))
    assert shown(writer) == ""
    assert stored(writer) == {}


def test_a_refused_text_is_still_unsaved(writer: Desk, model: SecurityModel) -> None:
    writer.type("Your response", "x" * 4001)
    writer.press("Save", status=422)
    writer.page.get_by_role("link", name="Security profile", exact=True).first.click()
    assert is_asked(writer)
    answer(writer, "Stay")
    writer.type("Your response", TEXT)
    writer.press("Save")
    assert saved_text(model) == TEXT
    assert stored(writer) == {}


def test_j_and_the_list_ask_before_a_comment_is_left(open_desk: OpenDesk, worker: object) -> None:
    model = ready_model()
    submission = send_in(model)
    access = specialist(model)
    review.start_review(actor=access, submission_id=submission.pk)
    desk = open_desk()
    desk.come_signed_in(access.user)
    desk.go(reverse("reviews:review", args=[model.pk, submission.pk]))
    first = desk.path
    comment = desk.page.locator("#id_comment")
    comment.fill(TEXT)
    desk.page.locator("h1").click()
    desk.page.keyboard.press("j")
    assert is_asked(desk)
    desk.picture("draft-asked-review")
    desk.page.keyboard.press("Escape")
    desk.page.locator(".pp-list a[href*='/criteria/'], .pp-list a").last.click()
    assert is_asked(desk)
    answer(desk, "Stay")
    desk.page.keyboard.press("j")
    desk.press("Save", within="#unsaved")
    assert desk.path != first
    assert CriterionDecision.objects.get().comment == TEXT
