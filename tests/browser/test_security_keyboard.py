"""The protection of a sign-in, without a mouse."""

from __future__ import annotations

import base64

import pytest
from django_otp.oath import totp

from core import clock
from identity.models import User
from identity.selectors.user_state import codes_left
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.test_keyboard import press, tab_to, write
from tests.browser.worker import Mailbox
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.factories.trade import assign, make_account, make_member, make_model
from tests.identity.road import QUESTIONS, set_questions

pytestmark = pytest.mark.browser
NEW = "Quite-Other-42"


def test_u6_a_forgotten_password_without_a_mouse(desk: Desk, mailbox: Mailbox) -> None:
    user: User = UserFactory.create(authenticator=True)
    set_questions(user)
    desk.go("/sign-in")
    press(desk, "Forgot your password?")
    write(desk, "Email address", "no address")
    press(desk, "Send the link", status=422)
    assert desk.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    desk.field("Email address").fill("")
    write(desk, "Email address", user.email)
    press(desk, "Send the link")
    assert desk.reads("Check your email")
    desk.go(mailbox.link(user.email, "recover/link/"))
    assert desk.path == "/recover/prove"
    desk.picture("recover-prove")
    desk.follow("Your authenticator app, a passkey or a backup code")
    desk.picture("recover-way")
    press(desk, "Your security questions")
    for number in (1, 2, 3):
        write(desk, QUESTIONS[f"question_{number}"], QUESTIONS[f"answer_{number}"])
    press(desk, "Next")
    assert desk.path == "/recover/password"
    write(desk, "New password", "Quite-Other")
    desk.page.get_by_text("6 of 7 rules are met so far.").wait_for()
    desk.page.keyboard.type("-42")
    desk.page.get_by_text("Your password meets all rules that we can check now.").wait_for()
    desk.picture("recover-password")
    tab_to(desk, "Show")
    desk.page.keyboard.press("Enter")
    assert desk.field("New password").get_attribute("type") == "text"
    desk.field("New password").focus()
    write(desk, "Repeat the new password", NEW)
    press(desk, "Set the password")
    assert desk.path == "/sign-in"
    assert desk.reads("Your password is changed.")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_u5_the_security_questions_are_changed_without_a_mouse(desk: Desk) -> None:
    user: User = UserFactory.create()
    set_questions(user)
    desk.come_signed_in(user)
    desk.go("/account/")
    press(desk, "Change the security questions")
    for number in (1, 2, 3):
        write(desk, QUESTIONS[f"question_{number}"], QUESTIONS[f"answer_{number}"])
    for number in (1, 2, 3):
        write(desk, f"Question {number}", f"What is the name of boat {number}?")
        write(desk, f"Answer {number}", f"Guillemot the {number}")
    write(desk, "Password", PASSWORD)
    press(desk, "Change the questions")
    assert desk.reads("Your security questions are changed.")


def test_u7_the_address_is_changed_and_the_change_undone_without_a_mouse(
    desk: Desk, mailbox: Mailbox
) -> None:
    user: User = UserFactory.create()
    old, new = user.email, "rosalind@new.example.net"
    desk.come_signed_in(user)
    desk.go("/account/")
    press(desk, "Change the email address")
    write(desk, "New email address", "no address")
    write(desk, "Password", PASSWORD)
    press(desk, "Send the link", status=422)
    assert desk.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    desk.field("New email address").fill("")
    # The password was right, so it is not asked for again.
    write(desk, "New email address", new)
    press(desk, "Send the link")
    assert desk.reads("Confirm your new address")
    desk.picture("email-waiting")
    desk.go(mailbox.link(new, "email/confirm/"))
    desk.picture("email-confirm")
    press(desk, "Use this address")
    assert desk.reads(f"You sign in as {new}")
    desk.go(mailbox.link(old, "email/undo/"))
    desk.picture("email-undo")
    press(desk, "Undo the change")
    assert desk.reads("You have your old address back")
    user.refresh_from_db()
    assert user.email == old
    desk.go("/account/")
    assert desk.path == "/sign-in"


def test_u6_an_app_backup_codes_and_signing_in_with_one_of_them_without_a_mouse(desk: Desk) -> None:
    user = UserFactory.create()
    desk.go("/account/second-factors")
    write(desk, "Email address", user.email)
    write(desk, "Password", PASSWORD)
    with desk.leaving():
        desk.page.keyboard.press("Enter")
    press(desk, "Set up an authenticator app")
    secret = base64.b32decode(desk.page.locator("p.mono").inner_text().replace(" ", ""))
    write(desk, "Six-digit code", f"{totp(secret):06d}")
    press(desk, "Confirm the code")
    assert desk.reads("Your authenticator app is set up.")
    press(desk, "Make backup codes")
    write(desk, "Password", PASSWORD)
    press(desk, "Make ten new codes")
    desk.picture("account-backup-codes-shown")
    tab_to(desk, "Copy")
    tab_to(desk, "Download as text")
    codes = desk.page.locator("#backup-codes li").all_inner_texts()
    press(desk, "I have saved the codes")
    assert desk.reads("You have 10 unused backup codes.")
    press(desk, "Remove the authenticator app")
    desk.picture("account-authenticator-remove-last")
    press(desk, "Cancel")
    desk.context.clear_cookies()
    desk.go("/sign-in")
    write(desk, "Email address", user.email)
    write(desk, "Password", PASSWORD)
    with desk.leaving():
        desk.page.keyboard.press("Enter")
    desk.picture("sign-in-code-or-backup")
    write(desk, "Six-digit code", codes[0])
    press(desk, "Sign in")
    assert codes_left(user) == 9


def test_u6_two_people_bring_somebody_back_without_a_mouse(
    open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    lost: User = UserFactory.create(first_name="Zerlina", last_name="Quist")
    account = make_account("Halfmoon Drayage")
    make_member(account, lost)
    first, second = UserFactory.create_batch(2, staff_role="helpdesk")
    one = open_desk()
    one.come_signed_in(first)
    one.go("/helpdesk/")
    write(one, "Name, email address or company", "zerlina")
    press(one, "Filter")
    press(one, "Zerlina Quist")
    press(one, "Open a recovery")
    tab_to(one, "Password and answers")
    one.page.keyboard.press("Space")
    write(one, "What happened", "Forgot the password and the answers.")
    write(one, "How the identity was checked", "Called back at the number in the profile.")
    tab_to(one, "Company Administrator who agreed")
    one.page.keyboard.press("ArrowDown")
    press(one, "Open the recovery")
    assert one.reads("You opened this recovery")
    other = open_desk()
    other.come_signed_in(second)
    other.go("/helpdesk/recoveries")
    press(other, "Zerlina Quist")
    tab_to(other, "Approve")
    other.page.keyboard.press("Space")
    write(other, "Password", PASSWORD)
    write(other, "Six-digit code", code_of(second))
    press(other, "Decide")
    assert other.reads("The recovery is decided.")
    browser = open_desk()
    browser.go(mailbox.link(lost.email, "recover/link/"))
    assert browser.path.startswith("/recover/")


def test_r7_a_specialist_makes_somebody_active_again_without_a_mouse(open_desk: OpenDesk) -> None:
    model = make_model(make_account("Halfmoon Drayage"))
    lazy = model.started_by
    User.objects.filter(pk=lazy.pk).update(disabled_at=clock.now(), disabled_kind="idle")
    desk = open_desk()
    desk.come_signed_in(assign(model))
    desk.go(f"/scss/m/{model.pk}/")
    tab_to(desk, "People")
    desk.page.keyboard.press("Enter")
    press(desk, "Disabled users")
    press(desk, lazy.name)
    press(desk, "Reactivate the user")
    assert desk.path == "/scss/disabled-users"
    assert desk.reads("You reactivated")
    lazy.refresh_from_db()
    assert lazy.disabled_at is None
