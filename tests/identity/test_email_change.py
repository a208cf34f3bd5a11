"""Changing the email address (U7): requested, confirmed, announced, undone, and deleted."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import clock
from core.access import Access, for_user
from core.errors import Refused
from core.tenancy import on_behalf_of
from identity import services
from identity.models import MailedLink, SignInEvent, User
from identity.selectors import user_state
from identity.states import LinkPurpose, StaffRole
from notifications.models import Notification, Outbox
from notifications.services.sending import notify
from security_profile.services.summary import working_document
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.factories.reviews import entered, ready_model, send_in
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.identity.road import (
    ask_for_link,
    is_signed_in,
    look,
    mails_to,
    press,
    register,
    sign_in,
)
from trade_accounts import selectors as accounts
from trade_accounts.models import Membership
from trade_accounts.services.organization_summary import document_of
from trade_accounts.states import MembershipState

OLD, NEW = "greta.lindqvist@old.example.com", "greta.l@new.example.net"
LINK = re.compile(r"/email/(?:confirm|undo)/[\w-]+")


@pytest.fixture
def user() -> User:
    """A person with an address that no other text contains."""
    made: User = UserFactory.create(email=OLD, first_name="Greta", last_name="Lindqvist")
    return made


@pytest.fixture
def browser(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    assert sign_in(client, OLD).status_code == 302
    return client


def ask(browser: Client, email: str = NEW, **more: str) -> Any:
    """Post the page that requests the change."""
    return browser.post("/account/email", {"new_email": email, "proof_password": PASSWORD, **more})


def link_to(email: str) -> str:
    """The path of the newest link emailed to an address."""
    found = LINK.search(mails_to(email)[-1].text)
    assert found, mails_to(email)[-1].text
    return found[0]


def change(browser: Client, email: str = NEW) -> None:
    """The whole change to the new address."""
    assert ask(browser, email).status_code == 302
    assert press(browser, link_to(email)).status_code == 302


# --- asking ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_u7_the_new_address_is_mailed_a_link_and_the_old_one_stays_until_then(
    browser: Client, user: User
) -> None:
    assert ask(browser)["Location"] == "/account/email"
    user.refresh_from_db()
    assert user.email == OLD
    (mail,) = mails_to(NEW)
    assert mail.kind == "user.email_change_confirm"
    assert OLD not in mail.text
    page = browser.get("/account/email").content.decode()
    assert NEW in page
    assert "Cancel the change" in page


@pytest.mark.django_db
def test_u7_a_change_needs_the_current_password(browser: Client) -> None:
    refused = ask(browser, proof_password="Not-the-password-1")
    assert refused.status_code == 422
    assert NEW in refused.content.decode()
    assert "Not-the-password-1" not in refused.content.decode()
    assert not mails_to(NEW)


@pytest.mark.django_db
def test_u7_a_change_needs_the_second_factor_where_there_is_one() -> None:
    user = UserFactory.create(email=OLD, authenticator=True)
    browser = Client()
    sign_in(browser, OLD)
    browser.post("/sign-in/code", {"code": code_of(user)})
    with clock.at(clock.now() + dt.timedelta(minutes=5)):
        assert ask(browser).status_code == 422
    assert not mails_to(NEW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "no address",
        "a@b",
        "x" * 250 + "@example.com",
        "greta@example.com\nBcc: all@example.com",
        "greta@example.com\r\nSubject: x",
        "greta\x00@example.com",
        "Greta <greta@example.com>",
        "gret\u0430@example.com",  # a Cyrillic letter
        "greta@ex\u0430mple..com",
        "\u0131greta@example.com",  # a dotless i
        OLD,
        OLD.upper(),
    ],
)
def test_u7_what_is_no_new_address_is_refused_beside_the_field(browser: Client, typed: str) -> None:
    refused = ask(browser, typed)
    assert refused.status_code == 422
    assert 'id="id_new_email-error"' in refused.content.decode() or "id_new_email" in str(
        refused.content
    )
    assert not MailedLink.objects.filter(purpose=LinkPurpose.EMAIL_CHANGE).exists()
    assert not Outbox.objects.filter(kind__startswith="user.email").exists()


@pytest.mark.django_db
def test_u7_a_look_alike_domain_is_another_address(browser: Client, user: User) -> None:
    taken = UserFactory.create(email="ines@example.org")
    ask(browser, "ines@ex\u0430mple.org")
    (mail,) = Outbox.objects.filter(kind="user.email_change_confirm")
    assert mail.to_address.startswith("ines@xn--")
    assert not mails_to(taken.email)


@pytest.mark.django_db
def test_u7_a_taken_address_gets_the_same_answer_and_costs_the_same_work(user: User) -> None:
    UserFactory.create(email="taken@example.net")
    pages, counts, moment = [], [], clock.now()
    for email in ("taken@example.net", NEW):
        browser = Client()
        with clock.at(moment):
            sign_in(browser, OLD)
            Notification.objects.update(read_at=moment)  # those of the sign-ins before
            with CaptureQueriesContext(connection) as captured:
                answer = ask(browser, email)
            counts.append(len(captured))
            page = browser.get("/account/email").content.decode().replace(email, "ADDRESS")
        page = re.sub(r'(value="|X-CSRFToken": "|data-[a-z-]+=")[^"]*"', "", page)
        pages.append((answer.status_code, answer["Location"], page))
    assert pages[0] == pages[1]
    assert counts[0] == counts[1]
    assert [mail.kind for mail in mails_to("taken@example.net")] == ["user.already_registered"]
    assert not LINK.search(mails_to("taken@example.net")[0].text)


@pytest.mark.django_db
def test_u7_a_newer_wish_ends_the_older_one(browser: Client, user: User) -> None:
    ask(browser)
    older = link_to(NEW)
    ask(browser, "third@example.net")
    assert look(Client(), older).status_code == 410
    assert press(Client(), older).status_code == 410
    waiting = user_state.pending_email_change(user)
    assert waiting is not None
    assert waiting.email == "third@example.net"


@pytest.mark.django_db
def test_u7_the_mail_can_be_sent_again_and_the_change_canceled(browser: Client, user: User) -> None:
    ask(browser)
    older = link_to(NEW)
    browser.post("/account/email", {"again": "1"})
    newer = link_to(NEW)
    assert newer != older
    assert look(Client(), older).status_code == 410
    browser.post("/account/email", {"cancel": "1"})
    assert press(Client(), newer).status_code == 410
    assert "Cancel the change" not in browser.get("/account/email").content.decode()
    browser.post("/account/email", {"again": "1"})
    browser.post("/account/email", {"cancel": "1"})
    assert len(mails_to(NEW)) == 2
    user.refresh_from_db()
    assert user.email == OLD


@pytest.mark.parametrize("button", ["again", "cancel"])
@pytest.mark.django_db
def test_the_buttons_of_a_change_that_waits_keep_what_is_typed(
    browser: Client, button: str
) -> None:
    ask(browser)
    page: Any = browser.post("/account/email", {button: "1", "new_email": "fourth@example.net"})
    assert page.status_code == 200 and 'value="fourth@example.net"' in page.content.decode()


@pytest.mark.django_db
def test_u7_five_mails_an_hour_go_to_one_address(browser: Client) -> None:
    ask(browser)
    for _ in range(7):
        browser.post("/account/email", {"again": "1"})
    assert len(mails_to(NEW)) == 5


@pytest.mark.django_db
def test_u7_nobody_asks_for_more_than_ten_changes_an_hour(user: User) -> None:
    for number in range(10):
        services.ask_for_email_change(actor=for_user(user), email=f"n{number}@example.net")
    with pytest.raises(Refused) as refused:
        services.ask_for_email_change(actor=for_user(user), email=NEW)
    assert refused.value.code == "too_many"


# --- confirming --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_u7_opening_the_link_does_nothing_and_pressing_the_button_works_once(
    browser: Client, user: User
) -> None:
    ask(browser)
    link = link_to(NEW)
    for _ in range(3):
        assert look(Client(), link).status_code == 200
    user.refresh_from_db()
    assert user.email == OLD
    assert press(Client(), link)["Location"] == "/sign-in"
    user.refresh_from_db()
    assert user.email == NEW
    assert press(Client(), link).status_code == 410
    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), OLD).status_code == 422


@pytest.mark.django_db
def test_u7_the_link_ends_after_24_hours_to_the_second(browser: Client, user: User) -> None:
    ask(browser)
    link, sent = link_to(NEW), MailedLink.objects.get(purpose=LinkPurpose.EMAIL_CHANGE).sent_at
    with clock.at(sent + dt.timedelta(hours=24)):
        assert press(Client(), link).status_code == 410
    with clock.at(sent + dt.timedelta(hours=23, minutes=59, seconds=59)):
        assert press(Client(), link).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["password", "disabled"])
def test_u7_the_link_dies_when_the_password_or_the_status_changes(
    browser: Client, user: User, state: str
) -> None:
    ask(browser)
    if state == "password":
        user.set_password("Q7!gandersheim")
        user.save()
    else:
        User.objects.filter(pk=user.pk).update(disabled_at=clock.now())
    refused = press(Client(), link_to(NEW))
    assert refused.status_code in {410, 422}
    user.refresh_from_db()
    assert user.email == OLD


@pytest.mark.django_db
def test_u7_the_session_at_hand_stays_and_all_others_end(browser: Client, user: User) -> None:
    other = Client()
    sign_in(other, OLD)
    change(browser)
    assert is_signed_in(browser)
    assert not is_signed_in(other)


@pytest.mark.django_db
def test_u7_confirmed_elsewhere_every_session_ends(browser: Client) -> None:
    ask(browser)
    press(Client(), link_to(NEW))
    assert not is_signed_in(browser)


@pytest.mark.django_db
def test_u7_a_link_pressed_in_a_browser_of_somebody_else_leaves_that_person_alone(
    browser: Client, user: User
) -> None:
    ask(browser)
    stranger, other = UserFactory.create(), Client()
    sign_in(other, stranger.email)
    press(other, link_to(NEW))
    stranger.refresh_from_db()
    user.refresh_from_db()
    assert stranger.email != NEW
    assert user.email == NEW
    assert is_signed_in(other)


@pytest.mark.django_db
def test_u7_open_links_of_the_old_address_die(browser: Client, user: User) -> None:
    services.send_reset_link(actor=for_user(user), user=user)
    change(browser)
    purposes = [LinkPurpose.PASSWORD_RESET, LinkPurpose.REGISTRATION, LinkPurpose.EMAIL_CHANGE]
    open_links = MailedLink.objects.filter(user=user, purpose__in=purposes, ended_at=None)
    assert not open_links.filter(used_at=None).exists()
    assert not Outbox.objects.filter(kind="user.password_reset_link", state="pending").exists()


@pytest.mark.django_db
def test_u7_an_address_that_was_taken_meanwhile_is_refused_in_words(
    browser: Client, user: User
) -> None:
    ask(browser)
    link = link_to(NEW)
    register(Client(), NEW)
    refused = press(Client(), link)
    assert refused.status_code in {410, 422}
    user.refresh_from_db()
    assert user.email == OLD
    assert User.objects.filter(email=NEW).count() == 1


@pytest.mark.django_db
def test_u7_the_refusal_says_that_somebody_has_registered_meanwhile(
    browser: Client, user: User
) -> None:
    ask(browser)
    link = link_to(NEW)
    UserFactory.create(email=NEW)
    refused = press(Client(), link)
    assert refused.status_code == 422
    assert "Someone else has registered with this address" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
def test_u7_of_twenty_presses_at_once_one_changes_the_address() -> None:
    user = UserFactory.create(email=OLD)
    with on_behalf_of(for_user(user)):
        services.ask_for_email_change(actor=for_user(user), email=NEW)
    link = link_to(NEW)

    def at_once(_number: int) -> int:
        try:
            return int(press(Client(), link).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(at_once, range(20)))
    assert answers.count(302) == 1
    assert Event.objects.filter(kind="identity.email_changed").count() == 1
    assert len([mail for mail in mails_to(OLD) if mail.kind == "user.email_changed"]) == 1


@pytest.mark.django_db(transaction=True)
def test_u7_two_people_who_want_one_address_at_once_do_not_both_get_it() -> None:
    people = [UserFactory.create() for _ in range(2)]
    links = []
    for person in people:
        with on_behalf_of(for_user(person)):
            services.ask_for_email_change(actor=for_user(person), email=NEW)
        links.append(link_to(NEW))

    def at_once(link: str) -> int:
        try:
            return int(press(Client(), link).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(at_once, links))
    assert answers == [302, 422]
    assert User.objects.filter(email=NEW).count() == 1


# --- telling and undoing -----------------------------------------------------------------------


@pytest.mark.django_db
def test_u7_both_addresses_are_told_and_only_the_old_one_gets_the_link(
    browser: Client, user: User
) -> None:
    change(browser)
    old, new = mails_to(OLD)[-1], mails_to(NEW)[-1]
    assert old.kind == new.kind == "user.email_changed"
    assert LINK.search(old.text)
    assert not LINK.search(new.text)
    assert NEW not in old.text
    notice = Notification.objects.get(user_id=user.pk, kind="user.email_changed")
    assert not notice.url
    assert "/undo/" not in notice.body


@pytest.mark.django_db
def test_u7_the_old_address_undoes_the_change_and_ends_everything(
    browser: Client, user: User
) -> None:
    change(browser)
    link = link_to(OLD)
    services.send_reset_link(actor=for_user(user), user=User.objects.get(pk=user.pk))
    for _ in range(3):
        assert look(Client(), link).status_code == 200
    done = press(Client(), link, follow=True)
    assert "Set a new one now" in done.content.decode()
    user.refresh_from_db()
    assert user.email == OLD
    assert not is_signed_in(browser)
    open_links = MailedLink.objects.filter(user=user, used_at=None, ended_at=None)
    assert not open_links.exists()
    assert press(Client(), link).status_code == 410
    assert sign_in(Client(), OLD).status_code == 302


@pytest.mark.django_db
def test_u7_the_undo_works_for_72_hours_to_the_second(browser: Client, user: User) -> None:
    change(browser)
    link, made = link_to(OLD), MailedLink.objects.get(purpose=LinkPurpose.EMAIL_UNDO)
    assert made.expires_at - made.sent_at == dt.timedelta(hours=72)
    with clock.at(made.expires_at):
        assert press(Client(), link).status_code == 410
    with clock.at(made.expires_at - dt.timedelta(seconds=1)):
        assert press(Client(), link).status_code == 302


@pytest.mark.django_db
def test_u7_a_thief_who_changes_twice_does_not_shake_off_the_first_address(
    browser: Client, user: User
) -> None:
    change(browser)
    first = link_to(OLD)
    change(browser, "third@example.net")
    second = link_to(NEW)
    assert press(Client(), first).status_code == 302
    user.refresh_from_db()
    assert user.email == OLD
    assert press(Client(), second).status_code == 410


@pytest.mark.django_db
def test_u7_an_undo_survives_a_new_password_set_by_the_thief(browser: Client, user: User) -> None:
    change(browser)
    link = link_to(OLD)
    new = {"new_password": "Q7!gandersheim", "repeat_password": "Q7!gandersheim"}
    browser.post("/account/password", {"current_password": PASSWORD, **new})
    assert press(Client(), link).status_code == 302


@pytest.mark.django_db
def test_u7_an_undo_survives_that_the_stolen_sign_in_is_disabled(
    browser: Client, user: User
) -> None:
    change(browser)
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    services.disable_user(actor=for_user(boss), user_id=user.pk, reason="Was it you?")
    services.sweep_email_undo()
    assert press(Client(), link_to(OLD)).status_code == 302
    user.refresh_from_db()
    assert user.email == OLD
    assert user.disabled_at is not None


@pytest.mark.django_db
def test_u7_nobody_else_gets_the_old_address_while_it_can_come_back(
    browser: Client, user: User
) -> None:
    change(browser)
    Client().post("/register", {"email": OLD})
    assert mails_to(OLD)[-1].kind == "user.already_registered"
    other = UserFactory.create()
    services.ask_for_email_change(actor=for_user(other), email=OLD)
    assert mails_to(OLD)[-1].kind == "user.already_registered"
    with pytest.raises(Refused):
        services.start_set_up_for(actor=Access(), email=OLD)
    with clock.at(clock.now() + dt.timedelta(hours=72, seconds=5)):
        assert ask_for_link(Client(), OLD)


@pytest.mark.django_db
def test_u7_the_own_old_address_may_be_taken_again(browser: Client, user: User) -> None:
    change(browser)
    change(browser, OLD)
    user.refresh_from_db()
    assert user.email == OLD
    open_undo = MailedLink.objects.filter(purpose=LinkPurpose.EMAIL_UNDO, ended_at=None)
    assert [link.email for link in open_undo] == [NEW]


@pytest.mark.django_db
def test_u7_links_that_never_were_are_refused_quietly(client: Client) -> None:
    for path in ("/email/confirm/nonsense", "/email/undo/nonsense"):
        assert look(client, path).status_code == 410
        assert press(client, path).status_code == 410


@pytest.mark.django_db
def test_u7_a_link_serves_its_own_purpose_only(browser: Client) -> None:
    ask(browser)
    token = link_to(NEW).rsplit("/", 1)[1]
    assert press(Client(), f"/email/undo/{token}").status_code == 410
    assert press(Client(), f"/register/confirm/{token}").status_code == 410


# --- everywhere at once ------------------------------------------------------------------------


@pytest.mark.django_db
def test_u7_all_accounts_and_contacts_show_the_new_address_at_once(
    browser: Client, user: User
) -> None:
    own, second, third = make_account(administrator=user), make_account(), make_account()
    make_member(second, user)
    model = make_model(third)
    make_contact(model, user)
    change(browser)
    for account in (own, second, third):
        page = browser.get(f"/t/{account.pk}/profile/users").content.decode()
        assert NEW in page
        assert OLD not in page
    contacts = browser.get(f"/t/{third.pk}/m/{model.pk}/contacts").content.decode()
    assert OLD not in contacts


@pytest.mark.django_db
def test_u7_an_open_invitation_follows_its_person(browser: Client, user: User) -> None:
    invited = make_member(make_account(), user, state=MembershipState.INVITED)
    Membership.objects.filter(pk=invited.pk).update(user=None)
    change(browser)
    invited.refresh_from_db()
    assert invited.email == NEW


@pytest.mark.django_db
def test_u7_a_second_invitation_to_the_new_address_is_declined(browser: Client, user: User) -> None:
    account = make_account(administrator=user)
    twice = make_member(account, UserFactory.create(), state=MembershipState.INVITED)
    Membership.objects.filter(pk=twice.pk).update(user=None, email=NEW)
    change(browser)
    twice.refresh_from_db()
    assert twice.state == MembershipState.DECLINED
    assert accounts.administrators(account)[0].email == NEW


@pytest.mark.django_db
def test_u7_the_sign_in_history_of_the_person_still_shows(browser: Client, user: User) -> None:
    sign_in(Client(), OLD, "wrong")
    before = user_state.sign_ins_of(for_user(user)).count()
    change(browser)
    user.refresh_from_db()
    assert user_state.sign_ins_of(for_user(user)).count() == before == 2


@pytest.mark.django_db
def test_u7_nobody_reads_in_the_history_what_an_earlier_holder_of_the_address_did(
    browser: Client, user: User
) -> None:
    change(browser)
    with clock.at(clock.now() + dt.timedelta(hours=73)):
        services.sweep_email_undo()
    heir = UserFactory.create(email=OLD)
    assert not user_state.sign_ins_of(for_user(heir)).exists()
    assert SignInEvent.objects.filter(user=user).exists()


@pytest.mark.django_db
def test_u7_mail_that_waits_goes_to_the_new_address(browser: Client, user: User) -> None:
    notify(
        "user.password_changed",
        scope=services.email_change.person_scope(user.pk),
        to=[user_state.recipient(user)],
        at=clock.now(),
        ip="",
    )
    change(browser)
    assert Outbox.objects.get(kind="user.password_changed").to_address == NEW


# --- no row keeps it ---------------------------------------------------------------------------

#: Records keep what was true then: events, signatures, frozen submissions and their documents.
OF_RECORD = {
    "audit_event",
    "audit_statuschange",
    "agreements_signature",
    "security_profile_submission",
    "files_rendering",
}


def tables_with(text: str) -> set[str]:
    """The tables that contain a text in any column of a type that can contain one."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN "
            "('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY')"
        )
        columns = cursor.fetchall()
        assert len(columns) > 100
        for table, column, kind in columns:
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE {shown} ILIKE %s LIMIT 1', [f"%{text}%"])
            if cursor.fetchone():
                found.add(table)
    return found


@pytest.mark.django_db
def test_u7_no_row_keeps_the_old_address_but_the_record() -> None:
    model = ready_model()
    user = model.started_by
    User.objects.filter(pk=user.pk).update(email=OLD)
    user = User.objects.get(pk=user.pk)
    Membership.objects.filter(user=user).update(email=OLD)
    model = type(model).objects.select_related("trade_account", "started_by").get(pk=model.pk)
    submission = send_in(model)
    document_of(model.trade_account)
    working_document(model, entered(model, user))
    ask_for_link(Client(), NEW)
    Client().post("/register", {"email": OLD})
    sign_in(Client(), OLD, "wrong")
    browser = Client()
    sign_in(browser, OLD)
    browser.post("/sign-in/code", {"code": code_of(user)})
    services.send_reset_link(actor=for_user(user), user=user)
    Outbox.objects.filter(to_address=OLD).update(state="sent", last_error=f"550 <{OLD}> unknown")
    before = tables_with(OLD)
    assert {"identity_user", "identity_mailedlink", "trade_accounts_membership"} <= before
    assert {"notifications_outbox", "files_rendering", "security_profile_submission"} <= before
    frozen = submission.content
    assert OLD in str(frozen)

    change(browser)
    after = tables_with(OLD)
    assert after - OF_RECORD == {"identity_mailedlink", "notifications_outbox"}
    held = MailedLink.objects.filter(email=OLD)
    assert [link.purpose for link in held] == [LinkPurpose.EMAIL_UNDO]
    assert [mail.kind for mail in mails_to(OLD)] == ["user.email_changed"]
    submission.refresh_from_db()
    assert submission.content == frozen

    with clock.at(clock.now() + dt.timedelta(hours=72, seconds=5)):
        assert services.sweep_email_undo() == 1
    assert tables_with(OLD) - OF_RECORD == set()
    assert not prints_with(OLD)


def prints_with(text: str) -> list[str]:
    """Documents that are not of record and contain a text."""
    from files.models import Rendering
    from files.providers.document_kinds import kind

    return [
        row.kind
        for row in Rendering.objects.all()
        if text in str(row.content)
        and (of_record := kind(row.kind).of_record) is not None
        and not of_record(row.content)
    ]


@pytest.mark.django_db
def test_u7_after_an_undo_no_row_keeps_the_address_of_the_thief(
    browser: Client, user: User
) -> None:
    make_account(administrator=user)
    change(browser)
    press(Client(), link_to(OLD))
    assert tables_with(NEW) - OF_RECORD == set()
    with clock.at(clock.now() + dt.timedelta(hours=73)):
        services.sweep_email_undo()
    user.refresh_from_db()
    assert user.email == OLD


@pytest.mark.django_db
def test_u7_the_sweep_leaves_what_can_still_be_undone(browser: Client, user: User) -> None:
    change(browser)
    with clock.at(clock.now() + dt.timedelta(hours=71)):
        assert services.sweep_email_undo() == 0
    assert press(Client(), link_to(OLD)).status_code == 302


@pytest.mark.django_db
def test_u7_each_step_is_in_the_record(browser: Client, user: User) -> None:
    change(browser)
    press(Client(), link_to(OLD))
    kinds = Event.objects.filter(scope_id=user.pk, kind__startswith="identity.email")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "identity.email_change_asked",
        "identity.email_changed",
        "identity.email_change_undone",
    ]
