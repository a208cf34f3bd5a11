"""U9: every change of a person's credentials is emailed to that person at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.providers import event_kinds
from core.access import Access, for_user
from core.crypto import secret_hash
from core.ids import new_id
from identity import events, services
from identity.models import SecurityQuestion, User
from identity.services.factors import changed
from notifications.models import Outbox
from tests.factories.models import access_to_account
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.factories.trade import make_account
from tests.identity.road import mails_to, set_questions
from trade_accounts import services as accounts

pytestmark = pytest.mark.django_db

NEW = "Quite-Other-42"
Act = Callable[[User, Client], object]


def helpdesk() -> Access:
    """Someone of the helpdesk."""
    return for_user(UserFactory.create(staff_role="helpdesk"))


def boss() -> Access:
    """Someone of management."""
    return for_user(UserFactory.create(staff_role="management"))


def _password(user: User, browser: Client) -> None:
    data = {"current_password": PASSWORD, "new_password": NEW, "repeat_password": NEW}
    assert browser.post("/account/password", data).status_code == 302


def _reset(user: User, browser: Client) -> None:
    services.send_reset_link(actor=helpdesk(), user=user, without_answers=True)
    opened = Client()
    found = re.search(r"/recover/link/[\w-]+", mails_to(user.email)[-1].text)
    assert found
    opened.get(found[0])
    opened.post("/recover/prove", {})
    code = {"proof_code": code_of(user), "code": code_of(user)}
    opened.post("/recover/prove", code)
    data = {"new_password": NEW, "repeat_password": NEW}
    assert opened.post("/recover/password", data).status_code == 302


def _questions(user: User, browser: Client) -> None:
    proved = list(SecurityQuestion.objects.filter(user=user).order_by("position"))
    pairs = [(f"Question {n}?", f"Something {n}") for n in (1, 2, 3)]
    services.change_questions(actor=for_user(user), proved=proved, pairs=pairs)


def _email(user: User, browser: Client) -> None:
    services.ask_for_email_change(actor=for_user(user), email="other@example.net")
    secret = re.search(r"/email/confirm/([\w-]+)", mails_to("other@example.net")[-1].text)
    assert secret
    services.confirm_email_change(actor=for_user(user), token_hash=secret_hash(secret[1]))


def _undo(user: User, browser: Client) -> None:
    before = user.email
    _email(user, browser)
    secret = re.search(r"/email/undo/([\w-]+)", mails_to(before)[-1].text)
    assert secret
    services.undo_email_change(actor=Access(), token_hash=secret_hash(secret[1]))


def _remove_app(user: User, browser: Client) -> None:
    services.remove_authenticator(actor=for_user(user))


def _app(kind: str) -> Act:
    """Every change of a factor calls one function."""
    return lambda user, browser: changed(for_user(user), user, kind, "Changed.", passkey="Key")


def _codes(user: User, browser: Client) -> None:
    services.make_backup_codes(actor=for_user(user))


def _calendar(user: User, browser: Client) -> None:
    services.make_calendar(actor=for_user(user), form_key=new_id(), reminds=False)


def _new_calendar(user: User, browser: Client) -> None:
    _calendar(user, browser)
    Outbox.objects.all().delete()
    _calendar(user, browser)


def _end_calendar(user: User, browser: Client) -> None:
    _calendar(user, browser)
    Outbox.objects.all().delete()
    services.end_calendar(actor=for_user(user))


def _use_code(user: User, browser: Client) -> None:
    codes = services.make_backup_codes(actor=for_user(user))
    Outbox.objects.all().delete()
    request = browser.get("/sign-in").wsgi_request
    services.use_backup_code(actor=for_user(user), request=request, user=user, code=codes[0])


def _case(user: User, browser: Client) -> Any:
    about = {"reason": "x", "identity_check": "x"}
    return services.open_case(actor=helpdesk(), user_id=user.pk, lost="both", **about)


def _approve(user: User, browser: Client) -> None:
    case = _case(user, browser)
    Outbox.objects.all().delete()
    services.approve_case(actor=boss(), case_id=case.pk)


def _disable(user: User, browser: Client) -> None:
    services.disable_user(actor=boss(), user_id=user.pk, reason="x")


def _reactivate(user: User, browser: Client) -> None:
    _disable(user, browser)
    Outbox.objects.all().delete()
    services.reactivate_user(actor=boss(), user_id=user.pk)


#: Event -> the act, and the email that the person gets.
TABLE: dict[str, tuple[Act, str]] = {
    "identity.password_changed": (_password, "user.password_changed"),
    "identity.reset_link_sent": (
        lambda user, browser: services.send_reset_link(actor=helpdesk(), user=user),
        "user.password_reset_link",
    ),
    "identity.password_reset": (_reset, "user.password_changed"),
    "identity.questions_changed": (_questions, "user.questions_changed"),
    "identity.email_changed": (_email, "user.email_changed"),
    "identity.email_change_undone": (_undo, "user.email_changed"),
    "identity.authenticator_added": (_app("identity.authenticator_added"), "user.mfa_changed"),
    "identity.authenticator_replaced": (
        _app("identity.authenticator_replaced"),
        "user.mfa_changed",
    ),
    "identity.authenticator_removed": (_remove_app, "user.mfa_changed"),
    "identity.passkey_added": (_app("identity.passkey_added"), "user.mfa_changed"),
    "identity.passkey_removed": (_app("identity.passkey_removed"), "user.mfa_changed"),
    "identity.backup_codes_made": (_codes, "user.mfa_changed"),
    "identity.backup_code_used": (_use_code, "user.backup_code_used"),
    "identity.calendar_made": (_calendar, "user.calendar_made"),
    "identity.calendar_renewed": (_new_calendar, "user.calendar_made"),
    "identity.calendar_ended": (_end_calendar, "user.calendar_ended"),
    "identity.factors_removed": (
        lambda user, browser: services.remove_factors(actor=helpdesk(), user=user),
        "user.mfa_changed",
    ),
    "identity.case_opened": (_case, "user.recovery_opened"),
    "identity.case_approved": (_approve, "user.password_reset_link"),
    "identity.disabled": (_disable, "user.idle_disabled"),
    "identity.reactivated": (_reactivate, "user.reactivated"),
}
#: Events that change nothing with which someone signs in, or whose emails have tests of their own.
OTHERS = {
    "identity.address_confirmed", "identity.profile_saved", "identity.questions_set",
    "identity.password_set", "identity.registered", "identity.signed_in", "identity.signed_out",
    "identity.email_change_asked", "identity.email_change_canceled",
    "identity.preferences_saved", "identity.session_ended", "identity.sessions_ended",
    "identity.recovery_paused", "identity.staff_created", "identity.guessed",
    "identity.passkey_renamed", "identity.case_declined",
    "identity.calendar_changed", "identity.address_tried",
    "identity.digests_ended", "identity.digests_resumed",
    "identity.link_sent_again",
}  # fmt: skip


def test_u9_no_event_of_a_sign_in_is_forgotten_here() -> None:
    assert events
    declared = {code for code in event_kinds.partner_kinds() if code.startswith("identity.")}
    assert declared == set(TABLE) | OTHERS
    assert not set(TABLE) & OTHERS


@pytest.mark.parametrize("kind", TABLE)
def test_u9_every_change_of_a_credential_is_mailed_to_its_person(kind: str) -> None:
    user: User = UserFactory.create(authenticator=True)
    set_questions(user)
    browser = Client()
    browser.force_login(user)
    before = user.email
    act, code = TABLE[kind]
    act(user, browser)
    told = [mail.kind for mail in mails_to(before)]
    assert code in told, told


def test_u9_a_first_password_is_told_with_the_welcome() -> None:
    user: User = UserFactory.create(set_up_step="password", password="!unusable")
    services.set_first_password(actor=for_user(user), new_password=NEW)
    assert [mail.kind for mail in mails_to(user.email)] == ["user.welcome"]


def test_u9_keys_of_programs_are_told_when_made_and_when_revoked() -> None:
    account = make_account()
    actor = access_to_account(account)
    key, _secret = accounts.create_key(actor=actor, form_key=new_id(), name="ERP")
    accounts.revoke_key(actor=actor, key_id=key.pk)
    told = [mail.kind for mail in mails_to(account.created_by.email)]
    assert told == ["user.api_key_created", "user.api_key_revoked"]
