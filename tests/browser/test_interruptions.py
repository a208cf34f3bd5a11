"""What happens in between: ended sessions, second tabs, colleagues, lost rights, double clicks."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from identity.models import Session
from security_models.models import Contact, SecurityModel
from security_models.states import ContactRole
from security_profile.models import Response, Submission
from tests.browser import road
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.factories.people import PASSWORD, code_of
from tests.factories.profile import make_type
from tests.factories.reviews import ready_model
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.browser
TEXT = "Guards walk the yard every hour and sign the log, also at night."


@pytest.fixture
def model(worker: object) -> SecurityModel:
    """A draft with two contacts: the Officer who started it and an Employee."""
    made = make_model(make_account())
    make_type(made)
    make_contact(made)
    return made


def criterion_of(model: SecurityModel, code: str = "1.2") -> str:
    """The page of a criterion."""
    return f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/{code}"


def saved_text(model: SecurityModel, code: str = "1.2") -> str:
    """The saved response."""
    return Response.objects.get(security_model=model, criterion__code=code).text


def sign_in(desk: Desk, email: str, path: str) -> None:
    """Sign in when redirected from a page."""
    desk.go(path)
    road.type_sign_in(desk, email)
    assert desk.path == path


def test_a_text_typed_while_the_session_ended_comes_back_after_sign_in(
    desk: Desk, model: SecurityModel
) -> None:
    officer, page = model.started_by, criterion_of(model)
    sign_in(desk, officer.email, page)
    desk.type("Your response", TEXT)
    Session.objects.all().delete()
    desk.press("Save")
    assert desk.path == "/sign-in"
    assert desk.reads("We keep what you typed for 30 minutes")
    road.type_sign_in(desk, officer.email)
    assert desk.path == page
    assert desk.field("Your response").input_value() == TEXT
    assert desk.reads("not saved yet")
    desk.picture("kept-text")
    desk.press("Save")
    assert saved_text(model) == TEXT


def test_a_tab_left_open_at_sign_out_saves_nothing_and_gives_the_text_to_its_writer_alone(
    desk: Desk, model: SecurityModel
) -> None:
    officer, page = model.started_by, criterion_of(model)
    colleague = Contact.objects.get(security_model=model, role=ContactRole.EMPLOYEE).membership.user
    assert colleague is not None
    sign_in(desk, officer.email, page)
    tab = desk.another_tab()
    tab.go(page)
    tab.type("Your response", TEXT)
    desk.go("/account/")
    desk.press("Sign out", within="main")
    tab.page.get_by_role("button", name="Back to the page").first.click()
    tab.press("Save")
    assert tab.path == "/sign-in"
    assert not Response.objects.filter(security_model=model).exclude(text="").exists()
    road.type_sign_in(tab, colleague.email)
    assert tab.path == page
    assert tab.field("Your response").input_value() == ""


def test_p5_two_people_edit_one_criterion_and_no_text_is_lost(
    open_desk: OpenDesk, model: SecurityModel
) -> None:
    first, second = open_desk(), open_desk()
    colleague = Contact.objects.get(security_model=model, role=ContactRole.EMPLOYEE).membership.user
    assert colleague is not None
    for desk, user in ((first, model.started_by), (second, colleague)):
        desk.come_signed_in(user)
        desk.go(criterion_of(model))
    first.type("Your response", "Guards walk the yard every two hours.")
    first.press("Save")
    second.type("Your response", TEXT)
    second.press("Save", status=409)
    assert second.reads("Guards walk the yard every two hours.")
    assert second.reads(TEXT)
    second.picture("conflict")
    both = f"{TEXT} Cameras cover the gates."
    second.page.locator("[name=combined]").fill(both)
    second.press("Save what I combined")
    assert saved_text(model) == both


def test_a2_an_officer_who_is_demoted_between_reading_and_signing_cannot_sign(
    open_desk: OpenDesk, worker: object
) -> None:
    model = ready_model()
    officer = model.started_by
    other = make_contact(model, role=ContactRole.OFFICER).membership.user
    assert other is not None
    desk, colleague = open_desk(), open_desk()
    desk.come_signed_in(officer)
    colleague.come_signed_in(other)
    base = f"/t/{model.trade_account_id}/m/{model.pk}"
    desk.go(f"{base}/sign/application/")
    desk.press("Continue to certify")
    desk.tick("I certify")
    desk.tick("I agree")
    desk.type("Type your full name", officer.name)
    desk.press("Next")
    desk.type("Password", PASSWORD)
    desk.type("Six-digit code", code_of(officer))
    colleague.go(f"{base}/contacts")
    colleague.choose(f"Role of {officer.name}", "Employee")
    colleague.press("Save")
    desk.press("Sign and submit", status=403)
    assert desk.reads(other.name)
    desk.picture("sign-demoted")
    assert not Submission.objects.exists()


def test_pressing_submit_twice_submits_once_also_without_scripts(
    open_desk: OpenDesk, worker: object
) -> None:
    model = ready_model()
    desk = open_desk(java_script_enabled=False)
    desk.come_signed_in(model.started_by)
    desk.go(f"/t/{model.trade_account_id}/m/{model.pk}/sign/application/", look=False)
    for press in ("Continue to certify", "Next", "Sign and submit"):
        if press == "Next":
            desk.tick("I certify")
            desk.tick("I agree")
            desk.type("Type your full name", model.started_by.name)
        if press == "Sign and submit":
            desk.type("Password", PASSWORD)
            desk.type("Six-digit code", code_of(model.started_by))
        desk.page.get_by_role("button", name=press, exact=True).dblclick()
        desk.page.wait_for_load_state()
    # The second click ends the navigation of the first one, which may still be on its way.
    expect(desk.page).to_have_url(re.compile("/done$"))
    assert desk.reads("Signed and submitted")
    assert Submission.objects.count() == 1


def test_a_question_on_its_way_when_the_form_is_sent_is_nobodys_error(
    desk: Desk, model: SecurityModel
) -> None:
    sign_in(desk, model.started_by.email, "/account/password")
    questions: list[Route] = []

    def hold(question: Route) -> None:
        questions.append(question)

    desk.page.route("**/account/password/check", hold)
    with desk.page.expect_request("**/account/password/check"):
        desk.type("New password", "Anchor-Lantern-77")

    def answer_both(sent: Route) -> None:
        """The server gives two answers: it accepts the form, and then refuses it."""
        with suppress(Error):  # given up already
            questions[0].fulfill(status=403)
        sent.continue_()

    desk.page.route("**/account/password", answer_both)
    desk.press("Change the password", status=422)
    assert desk.page.locator("#password-rules").count() == 1
    desk.complain()
