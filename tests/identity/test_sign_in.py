"""U9: signing in and out, and the growing delay against guessing."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import clock
from identity.credentials import growing_delay
from identity.models import SignInEvent, User
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import is_signed_in, sign_in

WRONG = "Not-The-One-42"


def fail(client: Client, email: str, times: int) -> Any:
    """Type a wrong password this many times; return the last response."""
    return [sign_in(client, email, WRONG) for _ in range(times)][-1]


@pytest.mark.django_db
def test_a_person_signs_in_and_out(client: Client) -> None:
    user = UserFactory.create()
    assert sign_in(client, user.email)["Location"] == "/"
    assert is_signed_in(client)
    user.refresh_from_db()
    assert user.signed_in_at is not None
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert not is_signed_in(client)
    kinds = Event.objects.filter(scope_id=user.pk).order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["identity.signed_in", "identity.signed_out"]
    assert Client().post("/sign-out")["Location"] == "/sign-in"


@pytest.mark.django_db
def test_the_address_may_be_typed_in_any_case(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    sign_in(client, " Rosa@EXAMPLE.com")
    assert is_signed_in(client)


@pytest.mark.django_db
def test_u9_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    user = UserFactory.create()
    unfinished = UserFactory.create(set_up_step="password", password="!unusable")
    pages = [
        Client().post("/sign-in", {"email": email, "password": WRONG})
        for email in (user.email, "nobody@example.com", unfinished.email)
    ]
    assert {page.status_code for page in pages} == {422}
    shown = {
        page.content.decode().replace(str(email), "").split("<main")[1].split("csrf")[0]
        for page, email in zip(
            pages, (user.email, "nobody@example.com", unfinished.email), strict=True
        )
    }
    assert len(shown) == 1
    assert "The email address or the password is not right." in shown.pop()


@pytest.mark.django_db
def test_u9_an_unknown_address_costs_the_same_work(client: Client) -> None:
    user = UserFactory.create()
    unfinished = UserFactory.create(set_up_step="password", password="!unusable")
    work = []
    encode = MD5PasswordHasher.encode
    for email in (user.email, "nobody@example.com", unfinished.email):
        with (
            mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=encode
            ) as one,
            CaptureQueriesContext(connection) as captured,
        ):
            Client().post("/sign-in", {"email": email, "password": WRONG})
        statements = [q["sql"].partition(" ")[0] for q in captured.captured_queries]
        work.append((one.call_count, statements))
    assert work[0] == work[1] == work[2]
    assert work[0][0] == 1


@pytest.mark.django_db
def test_u9_the_wait_grows_with_each_failure_and_says_how_long(client: Client) -> None:
    user = UserFactory.create()
    moment = clock.now()
    waits = []
    for _ in range(12):
        with clock.at(moment):
            sign_in(client, user.email, WRONG)
            wait = growing_delay.wait_for(user.email, "192.0.2.1")
            waits.append(int(wait.total_seconds()))
        moment += wait
    assert waits == [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@pytest.mark.django_db
def test_u9_during_the_wait_even_the_right_password_is_not_looked_at(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        page = fail(client, user.email, 3)
        assert page.status_code == 429
        assert b"Wait 5 seconds, then try again." in page.content
        refused = sign_in(client, user.email)
        assert refused.status_code == 429
        assert b"Wait 5 seconds, then try again." in refused.content
        assert b"not right" not in refused.content
        assert SignInEvent.objects.filter(succeeded=False).count() == 3
    with clock.at(began + dt.timedelta(seconds=5)):
        assert sign_in(client, user.email).status_code == 302


@pytest.mark.django_db
def test_u9_the_wait_is_the_same_for_an_address_that_nobody_has(client: Client) -> None:
    with clock.at(clock.now()):
        page = fail(client, "nobody@example.com", 3)
    assert page.status_code == 429
    assert b"Wait 5 seconds" in page.content


@pytest.mark.django_db
def test_u9_attempts_during_the_wait_do_not_lengthen_it(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        for _ in range(30):
            sign_in(client, user.email, WRONG)
    assert SignInEvent.objects.count() == 3
    with clock.at(began + dt.timedelta(seconds=5)):
        assert sign_in(client, user.email).status_code == 302


@pytest.mark.django_db
def test_u9_a_completed_sign_in_ends_the_failures_of_a_name(client: Client) -> None:
    user = UserFactory.create()
    for _ in range(2):
        sign_in(client, user.email, WRONG)
    sign_in(client, user.email)
    for _ in range(2):
        assert sign_in(Client(), user.email, WRONG).status_code == 422


@pytest.mark.django_db
def test_u9_guessing_many_names_from_one_network_is_slowed_down_too(client: Client) -> None:
    user = UserFactory.create()
    with clock.at(clock.now()):
        for number in range(21):
            sign_in(client, f"name{number}@example.com", WRONG)
        assert sign_in(client, user.email).status_code == 429
        assert sign_in(Client(), user.email, REMOTE_ADDR="192.0.2.9").status_code == 302


@pytest.mark.django_db
def test_u9_a_stranger_who_guesses_does_not_keep_the_person_waiting(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    client.post("/sign-out")
    moment = clock.now()
    stranger = {"REMOTE_ADDR": "192.0.2.66"}
    for _ in range(12):
        with clock.at(moment):
            sign_in(Client(), user.email, WRONG, **stranger)
            moment += growing_delay.wait_for(user.email, None)
    with clock.at(moment - dt.timedelta(seconds=1)):
        assert sign_in(Client(), user.email).status_code == 429
        assert sign_in(client, user.email).status_code == 302


@pytest.mark.django_db
def test_u9_a_known_browser_is_slowed_down_by_itself(client: Client) -> None:
    user, other = UserFactory.create(), UserFactory.create()
    sign_in(client, user.email)
    client.post("/sign-out")
    with clock.at(clock.now()):
        assert fail(client, user.email, 3).status_code == 429
        assert sign_in(Client(), user.email).status_code == 302
        assert fail(client, other.email, 3).status_code == 429
        assert sign_in(Client(), other.email).status_code == 429
    client.cookies["portal_session_last"] = client.cookies["portal_session_last"].value + "x"
    assert growing_delay.device_of(client.get("/sign-in").wsgi_request, user.email) == ""


@pytest.mark.django_db
def test_u9_the_delay_does_not_know_redis(client: Client) -> None:
    user = UserFactory.create()
    down = ConnectionError("redis is away")
    with (
        mock.patch.object(cache, "get", side_effect=down),
        mock.patch.object(cache, "set", side_effect=down),
        clock.at(clock.now()),
    ):
        page = fail(client, user.email, 3)
        assert page.status_code == 429


@pytest.mark.django_db
def test_u9_a_forwarded_address_is_not_believed(client: Client) -> None:
    for number in range(21):
        sign_in(
            client,
            f"name{number}@example.com",
            WRONG,
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert set(SignInEvent.objects.values_list("ip", flat=True)) == {"127.0.0.1"}


@pytest.mark.django_db(transaction=True)
def test_u9_guesses_sent_at_once_are_counted_one_after_the_other() -> None:
    user = UserFactory.create()

    def guess(number: int) -> int:
        try:
            return sign_in(Client(), user.email, f"Guess-{number}-abc").status_code
        finally:
            connection.close()

    # Time stands still; otherwise a slow machine would let the first wait pass.
    with time_machine.travel(clock.now(), tick=False), ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(guess, range(24)))
    assert SignInEvent.objects.filter(succeeded=False).count() == 3
    assert answered.count(422) == 2


@pytest.mark.django_db
def test_u9_the_gate_stands_before_every_backend(client: Client) -> None:
    """Also for an entry that does not use ``identity.services``."""
    from django.contrib.auth import authenticate

    user = UserFactory.create()
    request = client.get("/sign-in").wsgi_request
    assert authenticate(request, username=user.email, password=PASSWORD) == user
    with clock.at(clock.now()):
        fail(client, user.email, 3)
        assert authenticate(request, username=user.email, password=PASSWORD) is None


@pytest.mark.django_db
def test_the_record_of_attempts_names_nobody(client: Client) -> None:
    sign_in(client, "typo-in-secret@example.com", WRONG)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM identity_signinevent t")
        dump = cursor.fetchone()[0]
    assert "typo-in-secret" not in dump
    assert WRONG not in dump


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "", "password": ""},
        {"email": "x" * 5000, "password": PASSWORD},
        {"email": "rosa@example.com", "password": "x" * 5000},
        {"email": "rosa@example.com", "password": "a\x00b"},
        {"email": "no address", "password": PASSWORD},
    ],
)
def test_bad_input_is_refused_beside_the_field_without_an_attempt(
    client: Client, data: dict[str, str]
) -> None:
    response = client.post("/sign-in", data)
    assert response.status_code == 422
    assert b"There " in response.content
    assert not SignInEvent.objects.exists()
    assert PASSWORD.encode() not in response.content


# --- the page after sign-in --------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/account/profile?a=b", "/account/profile?a=b"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("///evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:/\\evil.example", "/"),
        ("account/profile", "/"),
        ("/%0d%0aSet-Cookie:x=1", "/%0d%0aSet-Cookie:x=1"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_sign_in_leads_only_to_our_own_pages(client: Client, wanted: str, landed: str) -> None:
    user = UserFactory.create()
    response = client.post(
        "/sign-in", {"email": user.email, "password": PASSWORD}, query_params={"next": wanted}
    )
    assert response.status_code == 302
    assert response["Location"] == landed
    assert "a" not in response.cookies


@pytest.mark.django_db
def test_a_page_for_signed_in_people_leads_to_sign_in_and_back(client: Client) -> None:
    user = UserFactory.create()
    away = client.get("/account/profile?tab=2")["Location"]
    assert away == "/sign-in?next=/account/profile%3Ftab%3D2"
    assert client.post(away, {"email": user.email, "password": PASSWORD})["Location"] == (
        "/account/profile?tab=2"
    )


@pytest.mark.django_db
def test_signing_in_changes_the_session_id_and_drops_what_was_planted(client: Client) -> None:
    client.get("/sign-in")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["portal_session"] = str(session.session_key)
    sign_in(client, UserFactory.create().email)
    assert client.session.session_key != session.session_key
    assert not is_signed_in_with(str(session.session_key))


def is_signed_in_with(session_key: str) -> bool:
    """Whether a browser with this session id is signed in."""
    thief = Client()
    thief.cookies["portal_session"] = session_key
    return is_signed_in(thief)


@pytest.mark.django_db
def test_who_is_signed_in_does_not_see_the_sign_in_page(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get("/sign-in?next=/account/profile")["Location"] == "/account/profile"
    assert client.get("/register")["Location"] == "/"


# --- how long a session lives ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_ends_after_half_an_hour_without_a_request(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(minutes=29, seconds=59)):
        assert is_signed_in(client)
    with clock.at(began + dt.timedelta(minutes=60)):
        assert not is_signed_in(client)


@pytest.mark.django_db
def test_a_session_ends_after_twelve_hours_whatever_is_done(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    for minutes in range(10, 12 * 60, 10):
        with clock.at(began + dt.timedelta(minutes=minutes)):
            assert is_signed_in(client), minutes
    with clock.at(began + dt.timedelta(hours=12)):
        assert not is_signed_in(client)


@pytest.mark.django_db
def test_a_session_is_not_written_at_every_request(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)

    def writes(seconds: int) -> int:
        with (
            clock.at(began + dt.timedelta(seconds=seconds)),
            CaptureQueriesContext(connection) as captured,
        ):
            client.get("/account/profile")
        return sum("UPDATE" in q["sql"] for q in captured.captured_queries)

    assert [writes(seconds) for seconds in (10, 30, 50)] == [0, 0, 0]
    assert writes(65) == 1
    assert [writes(seconds) for seconds in (70, 90, 120)] == [0, 0, 0]


@pytest.mark.django_db
def test_the_session_cookie_is_out_of_reach_of_scripts(client: Client) -> None:
    response = sign_in(client, UserFactory.create().email)
    for name in ("portal_session", "portal_session_last"):
        assert response.cookies[name]["httponly"]
        assert response.cookies[name]["samesite"] == "Lax"
    with override_settings(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-session"):
        response = sign_in(Client(), UserFactory.create().email)
        assert response.cookies["__Host-session_last"]["secure"]
        assert response.cookies["__Host-session_last"]["path"] == "/"
        assert not response.cookies["__Host-session_last"]["domain"]


@pytest.mark.django_db
def test_sign_in_pages_are_not_stored_on_the_way(client: Client) -> None:
    for path in ("/sign-in", "/account/password"):
        assert "no-store" in client.get(path, follow=True)["Cache-Control"]


@pytest.mark.django_db
def test_the_sign_in_form_needs_its_token() -> None:
    user = UserFactory.create()
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, user.email).status_code == 403
    assert not User.objects.exclude(signed_in_at=None).exists()
