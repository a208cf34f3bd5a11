"""U6: a forgotten password, from the emailed link to the sign-in."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import clock
from core.access import for_user, system
from identity import services
from identity.credentials import security_answers
from identity.models import MailedLink, SecurityQuestion, Session, SignInEvent, User
from identity.services import recovery
from identity.services.recovery import pause_if_too_many
from identity.states import SignInStep
from identity.tasks import answer_reset_request, sweep_reset_requests
from notifications.models import Notification, Outbox
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.road import (
    ANSWERS,
    ask_for_new_password,
    is_signed_in,
    look,
    mails_to,
    press,
    reset_link_in,
    set_questions,
    sign_in,
)

NEW = "Quite-Other-42"
TYPED = {"new_password": NEW, "repeat_password": NEW}
WRONG = {**ANSWERS, "current_answer_2": "Enkhuizen"}
#: A year in which nobody waits for the growing delay.
PATIENCE = dt.timedelta(minutes=16)


@pytest.fixture
def user() -> User:
    """A person with questions."""
    made: User = UserFactory.create()
    set_questions(made)
    return made


def prove(client: Client, typed: dict[str, str] | None = None) -> Any:
    """Answer the questions."""
    return client.post("/recover/prove", typed or ANSWERS)


def come_to_the_password(client: Client, user: User) -> None:
    """Ask, open the link, answer."""
    client.get(ask_for_new_password(client, user.email))
    assert prove(client)["Location"] == "/recover/password"


# --- the whole recovery ------------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_the_road_leads_from_the_sign_in_page_to_a_sign_in_with_the_new_password(
    client: Client, user: User
) -> None:
    assert b'href="/recover"' in client.get("/sign-in").content
    path = ask_for_new_password(client, user.email)
    assert client.get(path)["Location"] == "/recover/prove"
    page = client.get("/recover/prove")
    assert b"In what town did your parents meet?" in page.content
    assert prove(client)["Location"] == "/recover/password"
    assert b"At least 8 characters" in client.get("/recover/password").content
    done = client.post("/recover/password", TYPED)
    assert done["Location"] == "/sign-in"
    assert not is_signed_in(client)
    assert sign_in(client, user.email).status_code == 422
    assert sign_in(client, user.email, NEW)["Location"] == "/"
    kinds = [mail.kind for mail in mails_to(user.email)]
    assert kinds == ["user.password_reset_link", "user.password_changed"]
    recorded = set(Event.objects.filter(scope_id=user.pk).values_list("kind", flat=True))
    assert {"identity.reset_link_sent", "identity.password_reset"} <= recorded


@pytest.mark.django_db
def test_u6_the_answer_is_always_the_same_page(client: Client, user: User) -> None:
    assert client.post("/recover", {"email": user.email})["Location"] == "/recover/sent"
    assert client.post("/recover", {"email": "nobody@example.com"})["Location"] == "/recover/sent"
    assert b"Check your email" in client.get("/recover/sent").content


@pytest.mark.django_db
def test_u6_all_sessions_end_and_the_second_factor_stays(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    elsewhere = Client()
    elsewhere.force_login(user)
    come_to_the_password(client, user)
    client.post("/recover/password", TYPED)
    assert not is_signed_in(elsewhere)
    assert not Session.objects.filter(user=user).exists()
    assert sign_in(client, user.email, NEW)["Location"].startswith("/sign-in/code")
    assert not is_signed_in(client)
    assert client.post("/sign-in/code", {"code": code_of(user)})["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.django_db
def test_u6_a_session_in_the_same_browser_ends_too(client: Client, user: User) -> None:
    sign_in(client, user.email)
    come_to_the_password(client, user)
    client.post("/recover/password", TYPED)
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_u6_the_new_password_keeps_all_rules(client: Client, user: User) -> None:
    come_to_the_password(client, user)
    for typed, words in ((PASSWORD, b"last 8"), ("P@ssw0rd", b"commonly"), ("short", b"8 char")):
        page = client.post("/recover/password", {"new_password": typed, "repeat_password": typed})
        assert page.status_code == 422, typed
        assert words in page.content, typed
    assert client.post("/recover/password", TYPED).status_code == 302


@pytest.mark.django_db
def test_u6_a_disabled_user_may_set_a_password_and_stays_disabled(client: Client) -> None:
    user = UserFactory.create(disabled_at=clock.now(), disabled_reason="idle")
    set_questions(user)
    come_to_the_password(client, user)
    client.post("/recover/password", TYPED)
    assert sign_in(client, user.email, NEW).status_code == 302
    assert client.get("/account/")["Location"].startswith("/account/disabled")
    user.refresh_from_db()
    assert user.disabled_at is not None


@pytest.mark.django_db
def test_u6_staff_recover_as_partners_do_and_still_need_their_factor(client: Client) -> None:
    user = UserFactory.create(staff_role="management")
    set_questions(user)
    come_to_the_password(client, user)
    client.post("/recover/password", TYPED)
    assert sign_in(client, user.email, NEW)["Location"].startswith("/sign-in/code")


@pytest.mark.django_db
def test_u6_an_unfinished_registration_gets_the_link_that_goes_on_with_it(client: Client) -> None:
    user = UserFactory.create(set_up_step="questions", password="!unusable")
    client.post("/recover", {"email": user.email})
    sweep_reset_requests()
    assert [mail.kind for mail in mails_to(user.email)] == ["user.confirm_address"]


# --- the link ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_opening_a_link_three_times_does_not_use_it(client: Client, user: User) -> None:
    path = ask_for_new_password(client, user.email)
    for _ in range(3):
        scanner = Client()
        assert scanner.get(path)["Location"] == "/recover/prove"
        assert scanner.head(path).status_code == 302
        assert scanner.get("/recover/prove").status_code == 200
    client.get(path)
    prove(client)
    assert client.post("/recover/password", TYPED)["Location"] == "/sign-in"


@pytest.mark.django_db
def test_u6_the_secret_leaves_the_address_and_stands_nowhere_in_the_database(
    client: Client, user: User
) -> None:
    path = ask_for_new_password(client, user.email)
    secret = path.rpartition("/")[2]
    client.get(path)
    assert secret not in str(dict(client.session))
    page = client.get("/recover/prove")
    assert secret.encode() not in page.content
    assert "no-store" in page["Cache-Control"]
    assert not Notification.objects.filter(url__contains=secret).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM identity_mailedlink t")
        assert secret not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_u6_opening_a_link_gives_the_session_a_new_id(client: Client, user: User) -> None:
    path = ask_for_new_password(client, user.email)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["portal_session"] = str(session.session_key)
    client.get(path)
    opened = client.session.session_key
    assert opened != session.session_key
    prove(client)
    assert client.session.session_key != opened


@pytest.mark.django_db
def test_u6_a_link_works_once(client: Client, user: User) -> None:
    path = ask_for_new_password(client, user.email)
    other = Client()
    for one in (client, other):
        one.get(path)
        prove(one)
    assert client.post("/recover/password", TYPED).status_code == 302
    late = {"new_password": "Quite-Late-42", "repeat_password": "Quite-Late-42"}
    again = other.post("/recover/password", late)
    assert again.status_code == 410
    assert b"Ask for a new link" in again.content
    assert look(Client(), path).status_code == 410
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.django_db
def test_u6_a_link_ends_after_24_hours_to_the_second(client: Client, user: User) -> None:
    asked = clock.now()
    with clock.at(asked):
        path = ask_for_new_password(client, user.email)
    with clock.at(asked + dt.timedelta(hours=23, minutes=59, seconds=59)):
        assert client.get(path).status_code == 302
        assert prove(client).status_code == 302
    with clock.at(asked + dt.timedelta(hours=24)):
        assert look(Client(), path).status_code == 410
        assert client.post("/recover/password", TYPED).status_code == 410
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"password": "pbkdf2$x"},
        {"email": "somebody-else@example.com"},
        {"disabled_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
    ids=["password", "address", "status"],
)
def test_u6_a_link_is_dead_after_a_change(
    client: Client, user: User, change: dict[str, Any]
) -> None:
    path = ask_for_new_password(client, user.email)
    client.get(path)
    prove(client)
    User.objects.filter(pk=user.pk).update(**change)
    assert look(Client(), path).status_code == 410
    assert client.post("/recover/password", TYPED).status_code == 410


@pytest.mark.django_db
def test_u6_a_newer_link_ends_the_older_ones(client: Client, user: User) -> None:
    older = ask_for_new_password(client, user.email)
    newer = ask_for_new_password(client, user.email)
    assert older != newer
    assert look(client, older).status_code == 410
    assert client.get(newer).status_code == 302


@pytest.mark.django_db
def test_u6_a_link_serves_one_purpose(client: Client, user: User) -> None:
    secret = ask_for_new_password(client, user.email).rpartition("/")[2]
    assert look(client, f"/register/confirm/{secret}").status_code == 410
    assert press(client, f"/register/confirm/{secret}").status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["x", "a" * 3000, "%00", "../../etc", "ü"])
def test_u6_links_that_never_were_are_refused_quietly(client: Client, secret: str) -> None:
    assert look(client, f"/recover/link/{secret}").status_code in {404, 410}


@pytest.mark.django_db
def test_u6_no_page_of_the_recovery_opens_before_those_that_come_first(
    client: Client, user: User
) -> None:
    for path in ("/recover/prove", "/recover/prove/answers", "/recover/password"):
        assert client.get(path).status_code == 410
        assert client.post(path, TYPED).status_code == 410
    client.get(ask_for_new_password(client, user.email))
    assert client.get("/recover/password")["Location"] == "/recover/prove"
    assert client.post("/recover/password", TYPED)["Location"] == "/recover/prove"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_u6_a_proof_is_good_for_half_an_hour_in_its_browser(client: Client, user: User) -> None:
    began = clock.now()
    with clock.at(began):
        path = ask_for_new_password(client, user.email)
        client.get(path)
        prove(client)
        other = Client()
        other.get(path)
        assert other.get("/recover/password")["Location"] == "/recover/prove"
    with clock.at(began + dt.timedelta(minutes=30, seconds=1)):
        assert client.post("/recover/password", TYPED)["Location"] == "/recover/prove"


@pytest.mark.django_db
def test_u6_a_proof_under_one_link_is_none_under_another(client: Client, user: User) -> None:
    other = UserFactory.create()
    come_to_the_password(client, user)
    client.get(ask_for_new_password(Client(), other.email))
    assert client.get("/recover/password")["Location"] == "/recover/prove"


@pytest.mark.django_db(transaction=True)
def test_u6_of_twenty_parallel_uses_of_one_link_one_works() -> None:
    user = UserFactory.create()
    set_questions(user)
    path = ask_for_new_password(Client(), user.email)
    clients = [Client() for _ in range(20)]
    for one in clients:
        one.get(path)
        assert prove(one).status_code == 302

    def press(number: int) -> int:
        typed = f"Quite-Other-{number}"
        data = {"new_password": typed, "repeat_password": typed}
        try:
            return clients[number].post("/recover/password", data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(press, range(20)))
    assert answered.count(302) == 1
    assert answered.count(410) == 19
    assert Event.objects.filter(kind="identity.password_reset").count() == 1
    user.refresh_from_db()
    assert user.check_password(f"Quite-Other-{answered.index(302)}")


# --- answers -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_three_answers_at_once_with_one_combined_wrong(client: Client, user: User) -> None:
    client.get(ask_for_new_password(client, user.email))
    pages = [
        client.post("/recover/prove", {**ANSWERS, f"current_answer_{n}": "Quite wrong"})
        for n in (1, 2)
    ]
    assert [page.status_code for page in pages] == [422, 422]
    for page in pages:
        assert page.context["form"].errors.keys() == {"__all__"}
        assert b"At least one of the three answers is not right" in page.content
        assert b"Bartholomew" not in page.content
        assert b"Kittiwake" not in page.content


@pytest.mark.django_db
def test_u6_every_answer_is_compared_whatever_came_before(client: Client, user: User) -> None:
    client.get(ask_for_new_password(client, user.email))
    encode = MD5PasswordHasher.encode
    for typed in (WRONG, dict.fromkeys(ANSWERS, "Quite wrong")):
        with mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=encode
        ) as runs:
            assert prove(client, typed).status_code == 422
        assert runs.call_count == 3


@pytest.mark.django_db
def test_u6_five_wrong_tries_end_the_link_and_the_page_offers_a_new_one(
    client: Client, user: User
) -> None:
    moment = clock.now()
    with clock.at(moment):
        path = ask_for_new_password(client, user.email)
        client.get(path)
    pages = []
    for _ in range(5):
        moment += PATIENCE
        with clock.at(moment):
            pages.append(prove(client, WRONG))
    assert [page.status_code for page in pages] == [422, 422, 429, 429, 410]
    assert b"Ask for a new link" in pages[-1].content
    with clock.at(moment + PATIENCE):
        assert prove(client).status_code == 410
        assert look(Client(), path).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    "every",
    [pytest.param(10, id="hundred"), pytest.param(1, id="thousand", marks=pytest.mark.long)],
)
def test_u6_of_guesses_of_an_answer_all_day_long_ten_are_looked_at(user: User, every: int) -> None:
    began = moment = clock.now()
    looked_at = 0
    client = Client()
    for number in range(5, 1000, every):
        moment = began + number * dt.timedelta(seconds=86)
        with clock.at(moment):
            guess = {**ANSWERS, "current_answer_1": f"Guess {number}"}
            with (
                mock.patch.object(
                    MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
                ) as runs,
                # Rendering a thousand pages would prove nothing more; emails are rendered as usual.
                mock.patch.object(Template, "render", return_value=""),
            ):
                ended = client.post("/recover/prove", guess).status_code == 410
            looked_at += bool(runs.call_count)
            assert runs.call_count in {0, 3}
            if ended and number % 50 == 5:
                client.post("/recover", {"email": user.email})
                sweep_reset_requests()
                client.get(reset_link_in(_newest_link(user)))
    assert moment - began < dt.timedelta(hours=24)
    assert looked_at == 10
    assert SignInEvent.objects.filter(user=user, step="answers", succeeded=False).count() == 10


def _newest_link(user: User) -> Outbox:
    return [one for one in mails_to(user.email) if one.kind == "user.password_reset_link"][-1]


def fail_ten_times(client: Client, user: User) -> dt.datetime:
    """Give ten wrong sets of answers under two links; return the moment after."""
    moment = clock.now()
    for number in range(10):
        moment += PATIENCE
        with clock.at(moment):
            if number % 5 == 0:
                client.get(ask_for_new_password(client, user.email))
            prove(client, WRONG)
    return moment


@pytest.mark.django_db
def test_u6_ten_wrong_tries_a_day_pause_recovery_for_24_hours_and_tell_the_user(
    client: Client, user: User
) -> None:
    last = fail_ten_times(client, user)
    user.refresh_from_db()
    assert user.recovery_paused_until == last + dt.timedelta(hours=24)
    assert [mail.kind for mail in mails_to(user.email)][-1] == "user.recovery_paused"
    assert Event.objects.filter(kind="identity.recovery_paused", scope_id=user.pk).count() == 1
    with clock.at(last + dt.timedelta(hours=23)):
        mails = len(mails_to(user.email))
        assert client.post("/recover", {"email": user.email})["Location"] == "/recover/sent"
        sweep_reset_requests()
        assert len(mails_to(user.email)) == mails
    with clock.at(last + dt.timedelta(hours=24)):
        come_to_the_password(client, user)
        assert client.post("/recover/password", TYPED).status_code == 302


@pytest.mark.django_db
def test_u6_during_the_pause_the_password_still_works(client: Client, user: User) -> None:
    last = fail_ten_times(client, user)
    with clock.at(last + PATIENCE):
        assert sign_in(Client(), user.email).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_u6_guesses_sent_at_once_are_counted_one_after_the_other() -> None:
    user = UserFactory.create()
    set_questions(user)
    path = ask_for_new_password(Client(), user.email)
    clients = [Client() for _ in range(12)]
    for one in clients:
        one.get(path)

    def guess(number: int) -> int:
        try:
            return int(prove(clients[number], WRONG).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, range(12)))
    assert SignInEvent.objects.filter(step="answers", succeeded=False).count() <= 5
    assert MailedLink.objects.get(token_hash__isnull=False).wrong_tries <= 5


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "x" * 201, "a\x00b c", "line\nbreak"])
def test_u6_bad_input_is_refused_beside_its_field_and_is_no_try(
    client: Client, user: User, typed: str
) -> None:
    client.get(ask_for_new_password(client, user.email))
    page = client.post("/recover/prove", {**ANSWERS, "current_answer_2": typed})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"current_answer_2"}
    assert not SignInEvent.objects.filter(user=user).exists()


# --- other ways --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_who_cannot_recall_answers_may_give_the_authenticators_code(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    client.get(ask_for_new_password(client, user.email))
    page = client.get("/recover/prove").content.decode()
    assert "Use another way" in page
    assert 'href="/recover/prove/second-factor?link=' in page
    assert client.get("/recover/prove/second-factor").status_code == 200
    right = {"proof_code": code_of(user)}
    wrong = {"proof_code": f"{(int(right['proof_code']) + 1) % 1_000_000:06d}"}
    assert client.post("/recover/prove/second-factor", wrong).status_code == 422
    assert client.post("/recover/prove/second-factor", right)["Location"] == "/recover/password"
    assert MailedLink.objects.get(user=user).wrong_tries == 1
    assert client.post("/recover/password", TYPED).status_code == 302


@pytest.mark.django_db
def test_u6_who_cannot_recall_answers_may_use_up_a_backup_code(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    codes = services.make_backup_codes(actor=web_access(user))
    client.get(ask_for_new_password(client, user.email))
    assert b'href="/recover/prove/second-factor?link=' in client.get("/recover/prove").content
    typed = {"proof_code": codes[0]}
    assert client.post("/recover/prove/second-factor", typed)["Location"] == "/recover/password"
    other = Client()
    other.get(reset_link_in(_newest_link(user)))
    assert other.post("/recover/prove/second-factor", typed).status_code == 422


def web_access(user: User) -> Any:
    """The access of a person without a request."""
    from core.access import for_user

    return for_user(user)


@pytest.mark.django_db
def test_u6_wrong_codes_end_the_link_and_count_for_the_day_as_answers_do(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    moment = clock.now()
    for number in range(10):
        moment += PATIENCE
        with clock.at(moment):
            if number % 5 == 0:
                client.get(ask_for_new_password(client, user.email))
            client.post("/recover/prove/second-factor", {"proof_code": f"{number:06d}"})
    user.refresh_from_db()
    assert user.recovery_paused_until is not None


@pytest.mark.django_db
def test_u6_a_way_that_the_person_has_not_set_up_does_not_exist(client: Client, user: User) -> None:
    client.get(ask_for_new_password(client, user.email))
    page = client.get("/recover/prove").content
    assert b"/recover/prove/second-factor" not in page
    for way in ("second-factor", "authenticator", "unknown"):
        assert client.get(f"/recover/prove/{way}").status_code == 404
        assert client.post(f"/recover/prove/{way}", {"proof_code": "123456"}).status_code == 404


@pytest.mark.django_db
def test_u6_without_questions_and_factor_the_page_says_how_the_helpdesk_helps(
    client: Client,
) -> None:
    user = UserFactory.create()
    client.get(ask_for_new_password(client, user.email))
    page = client.get("/recover/prove")
    assert page.status_code == 200
    assert b"Only the helpdesk can help" in page.content
    assert b"program-office@localhost" in page.content
    assert client.post("/recover/prove", ANSWERS).status_code == 200
    assert client.get("/recover/password")["Location"] == "/recover/prove"


# --- the helpdesk's link -----------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_a_link_without_answers_skips_the_questions_and_nothing_else(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    services.send_reset_link(actor=system("test"), user=user, without_answers=True)
    path = reset_link_in(_newest_link(user))
    client.get(path)
    assert client.get("/recover/prove")["Location"] == "/recover/password"
    weak = {"new_password": PASSWORD, "repeat_password": PASSWORD}
    assert client.post("/recover/password", weak).status_code == 422
    assert client.post("/recover/password", TYPED)["Location"] == "/sign-in"
    assert look(Client(), path).status_code == 410
    assert sign_in(client, user.email, NEW)["Location"].startswith("/sign-in/code")


@pytest.mark.django_db
def test_u6_a_link_without_answers_works_during_the_pause_and_ends_it(
    client: Client, user: User
) -> None:
    last = fail_ten_times(client, user)
    with clock.at(last + PATIENCE):
        services.send_reset_link(actor=system("test"), user=user, without_answers=True)
        client.get(reset_link_in(_newest_link(user)))
        assert client.post("/recover/password", TYPED).status_code == 302
        user.refresh_from_db()
        assert user.recovery_paused_until is None


@pytest.mark.django_db
def test_u6_a_stranger_who_asks_does_not_end_the_helpdesks_link(client: Client, user: User) -> None:
    services.send_reset_link(actor=system("test"), user=user, without_answers=True)
    path = reset_link_in(_newest_link(user))
    asked = ask_for_new_password(Client(), user.email)
    assert asked != path
    client.get(path)
    assert client.post("/recover/password", TYPED)["Location"] == "/sign-in"
    assert look(Client(), asked).status_code == 410


@pytest.mark.django_db
def test_u6_a_newer_link_of_the_helpdesk_ends_all_older_ones(client: Client, user: User) -> None:
    asked = ask_for_new_password(client, user.email)
    services.send_reset_link(actor=system("test"), user=user, without_answers=True)
    older = reset_link_in(_newest_link(user))
    services.send_reset_link(actor=system("test"), user=user, without_answers=True)
    for path in (asked, older):
        assert look(client, path).status_code == 410


@pytest.mark.django_db
def test_u6_lost_answers_are_forgotten_and_new_questions_are_set_with_password_alone(
    client: Client, user: User
) -> None:
    services.send_reset_link(actor=system("test"), user=user, without_answers=True)
    client.get(reset_link_in(_newest_link(user)))
    client.post("/recover/password", TYPED)
    assert not SecurityQuestion.objects.filter(user=user).exists()
    sign_in(client, user.email, NEW)
    assert b"You have no security questions" in client.get("/account/questions").content


# --- the same answer and the same work ---------------------------------------------------------


@pytest.mark.django_db
def test_u6_the_request_is_the_same_work_whoever_has_the_address(user: User) -> None:
    others = (
        "nobody@example.com",
        UserFactory.create(set_up_step="password", password="!unusable").email,
        UserFactory.create(disabled_at=clock.now()).email,
        UserFactory.create(staff_role="management").email,
    )
    work = []
    for email in (user.email, *others):
        encode = MD5PasswordHasher.encode
        with (
            mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=encode
            ) as runs,
            CaptureQueriesContext(connection) as captured,
        ):
            response = Client().post("/recover", {"email": email})
        statements = [q["sql"].partition(" ")[0] for q in captured.captured_queries]
        tables = [q["sql"] for q in captured.captured_queries if "identity_user" in q["sql"]]
        mails = Outbox.objects.count()
        work.append(
            (response.status_code, response["Location"], runs.call_count, statements, mails)
        )
        assert tables == []
    assert all(one == work[0] for one in work)
    assert work[0][2] == 0


@pytest.mark.django_db
def test_u6_a_wrong_answer_is_the_same_work_whatever_it_was(client: Client, user: User) -> None:
    path = ask_for_new_password(client, user.email)
    statements = []
    for typed in (WRONG, dict.fromkeys(ANSWERS, "Quite wrong")):
        one = Client()
        one.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert prove(one, typed).status_code == 422
        statements.append([q["sql"].partition(" ")[0] for q in captured.captured_queries])
    assert statements[0] == statements[1]


@pytest.mark.django_db
def test_u6_unknown_addresses_get_no_mail(client: Client) -> None:
    client.post("/recover", {"email": "nobody@example.com"})
    sweep_reset_requests()
    assert not Outbox.objects.exists()
    assert MailedLink.objects.get().ended_at is not None


@pytest.mark.django_db
def test_u6_a_request_is_answered_once_by_its_task_or_by_the_sweep(
    client: Client, user: User
) -> None:
    client.post("/recover", {"email": user.email})
    asked = MailedLink.objects.get()
    answer_reset_request(str(asked.pk))
    answer_reset_request(str(asked.pk))
    sweep_reset_requests()
    assert len(mails_to(user.email)) == 1


@pytest.mark.django_db
def test_u6_a_request_that_fails_does_not_hold_up_the_others(client: Client, user: User) -> None:
    other = UserFactory.create()
    for one in (user, other):
        client.post("/recover", {"email": one.email})
    send = recovery.send_reset_link
    with mock.patch.object(recovery, "send_reset_link") as sent:
        sent.side_effect = lambda **about: send(**about) if about["user"] == other else 1 / 0
        sweep_reset_requests()
    assert (len(mails_to(user.email)), len(mails_to(other.email))) == (0, 1)
    sweep_reset_requests()
    assert (len(mails_to(user.email)), len(mails_to(other.email))) == (1, 1)


@pytest.mark.django_db
def test_u6_five_mails_an_hour_go_to_one_address(client: Client, user: User) -> None:
    for _ in range(8):
        assert client.post("/recover", {"email": user.email}).status_code == 302
        sweep_reset_requests()
    assert len(mails_to(user.email)) == 5


@pytest.mark.django_db
def test_u6_one_network_address_asks_thirty_times_an_hour(client: Client) -> None:
    for number in range(30):
        assert client.post("/recover", {"email": f"n{number}@example.com"}).status_code == 302
    page = client.post("/recover", {"email": "n31@example.com"})
    assert page.status_code == 422
    assert b"Try again in an hour" in page.content
    assert b"n31@example.com" in page.content


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["mıke@example.com", "mike@exampłe.com", "MİKE@example.com", "mike@ｅxample.com"]
)
def test_u6_look_alike_addresses_reach_the_stored_address_or_nobody(
    client: Client, typed: str
) -> None:
    UserFactory.create(email="mike@example.com")
    assert client.post("/recover", {"email": typed}).status_code in {302, 422}
    sweep_reset_requests()
    assert {mail.to_address for mail in Outbox.objects.all()} <= {"mike@example.com"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "mike@example.com\nBcc: evil@example.org",
        "mike@example.com\r\nBcc: evil@example.org",
        "mike@example.com%0ABcc:evil@example.org",
        '"mike\n"@example.com',
        "mike@example.com, evil@example.org",
        "mike@example.com\x00",
        "x" * 5000 + "@example.com",
        "",
    ],
)
def test_u6_what_could_begin_a_mail_header_is_no_address(client: Client, typed: str) -> None:
    UserFactory.create(email="mike@example.com")
    page = client.post("/recover", {"email": typed})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"email"}
    sweep_reset_requests()
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_u6_the_forms_need_their_token(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    path = ask_for_new_password(Client(), user.email)
    assert strict.post("/recover", {"email": user.email}).status_code == 403
    strict.get(path)
    assert strict.post("/recover/prove", ANSWERS).status_code == 403


@pytest.mark.django_db
def test_u5_accents_case_and_spaces_typed_differently_are_the_same_answer(client: Client) -> None:
    user = UserFactory.create()
    hashes = [security_answers.hash_answer(one) for one in ("Zoë Ångström", "Zwolle", "Kittiwake")]
    for position, one in enumerate(hashes, 1):
        SecurityQuestion.objects.create(
            user=user, position=position, question=f"Q{position}", answer_hash=one,
            set_at=clock.now(),
        )  # fmt: skip
    client.get(ask_for_new_password(client, user.email))
    typed = {
        "current_answer_1": "  zoe\u0308   A\u030angstro\u0308m ",
        "current_answer_2": "\uff3a\uff37\uff2f\uff2c\uff2c\uff25",
        "current_answer_3": "KITTIWAKE",
    }
    assert prove(client, typed)["Location"] == "/recover/password"


@pytest.mark.django_db
def test_u6_two_wrong_tries_at_once_pause_recovery_and_tell_of_it_once() -> None:
    user = UserFactory.create()
    SignInEvent.objects.bulk_create(
        SignInEvent(
            email_hash="x", user=user, at=clock.now(), succeeded=False, step=SignInStep.ANSWERS
        )
        for _ in range(10)
    )
    read_before = [User.objects.get(pk=user.pk) for _ in range(2)]
    for person in read_before:
        pause_if_too_many(actor=for_user(person), user=person)
    assert [mail.kind for mail in mails_to(user.email)] == ["user.recovery_paused"]
    assert Event.objects.filter(kind="identity.recovery_paused").count() == 1
