"""U9: guessing attacks, notices about them, and new browsers."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from audit.models import Event, SweepRun
from core import clock
from identity import tasks
from identity.credentials import growing_delay
from identity.models import SignInEvent, User
from notifications.models import Outbox
from tests.factories.people import UserFactory
from tests.identity.road import is_signed_in, sign_in

pytestmark = pytest.mark.django_db

WRONG = "Not-The-One-42"
AWAY = "redis://127.0.0.1:1/0"
STRANGER = {"REMOTE_ADDR": "192.0.2.66"}


def guess(email: str, times: int, began: dt.datetime) -> dt.datetime:
    """Type a wrong password this many times, each as soon as the wait is over; return the last
    moment.
    """
    moment, last, browser = began, began, Client()
    for _ in range(times):
        with clock.at(moment):
            sign_in(browser, email, WRONG, **STRANGER)
        last = moment
        with clock.at(moment):
            moment += growing_delay.wait_for(email, None)
    return last


def told(code: str) -> list[str]:
    """The addresses that got emails of that kind."""
    return list(Outbox.objects.filter(kind=code).values_list("to_address", flat=True))


# --- attacks -----------------------------------------------------


#: A guess each second shows no more than one each nine: between them, all are refused alike.
EVERY = [pytest.param(10, id="hundred"), pytest.param(1, id="thousand", marks=pytest.mark.long)]


@pytest.mark.parametrize("every", EVERY)
def test_u9_of_guesses_all_through_a_quarter_of_an_hour_ten_are_looked_at(
    every: int, no_pages: None
) -> None:
    user, client = UserFactory.create(), Client()
    began = clock.now()
    encode = MD5PasswordHasher.encode
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=encode
    ) as hashed:
        for number in (*range(40), *range(40, 1000, every)):
            with clock.at(began + dt.timedelta(seconds=number * 0.9)):
                client.post("/sign-in", {"email": user.email, "password": f"Guess-{number}-ab"})
    assert SignInEvent.objects.filter(succeeded=False).count() == 10
    assert hashed.call_count == 10
    assert not is_signed_in(client)


def test_u9_patience_does_not_help_more_than_a_hundred_guesses_a_day(no_pages: None) -> None:
    user = UserFactory.create()
    last = guess(user.email, 104, clock.now())
    assert last - clock.now() > dt.timedelta(hours=23)


def test_u9_guesses_spread_over_a_hundred_names_wait_for_the_address(no_pages: None) -> None:
    began, looked_at, browser = clock.now(), [], Client()
    for number in range(100):
        with clock.at(began + dt.timedelta(seconds=number)):
            answer = sign_in(browser, f"name{number}@example.com", WRONG, **STRANGER)
            looked_at.append(answer.status_code == 422)
    assert SignInEvent.objects.count() <= growing_delay.FREE_FOR_AN_ADDRESS + 7
    assert sum(looked_at) <= growing_delay.FREE_FOR_AN_ADDRESS


@pytest.mark.django_db(transaction=True)
def test_u9_names_guessed_at_once_from_one_address_pass_only_as_many_as_are_at_work() -> None:
    def one(number: int) -> int:
        try:
            answer = sign_in(Client(), f"name{number}@example.com", WRONG, **STRANGER)
            return answer.status_code
        finally:
            connection.close()

    with time_machine.travel(clock.now(), tick=False), ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(60)))
    assert SignInEvent.objects.count() <= growing_delay.FREE_FOR_AN_ADDRESS + 1 + 4


def test_u9_a_stranger_cannot_lock_the_owner_out_of_a_browser_shared_with_others() -> None:
    owner, other = UserFactory.create(), UserFactory.create()
    browser = Client()
    for user in (owner, other):
        sign_in(browser, user.email)
        browser.post("/sign-out")
    last = guess(owner.email, 12, clock.now())
    with clock.at(last):
        assert sign_in(Client(), owner.email).status_code == 429
        assert sign_in(browser, owner.email).status_code == 302


def test_u9_a_browser_remembers_five_people_and_forged_notes_are_nothing() -> None:
    people = UserFactory.create_batch(6)
    browser = Client()
    for user in people:
        sign_in(browser, user.email)
        browser.post("/sign-out")
    request = browser.get("/sign-in").wsgi_request
    known = [growing_delay.is_known_browser(request, user) for user in people]
    assert known == [False, True, True, True, True, True]
    forged = f"{people[0].pk}:{growing_delay.name_hash(people[0].email)}:x"
    browser.cookies[growing_delay.device_cookie()] = forged
    request = browser.get("/sign-in").wsgi_request
    assert growing_delay.device_of(request, people[0].email) == ""
    assert not growing_delay.is_known_browser(request, people[0])


def test_u9_a_known_name_costs_the_same_work_as_an_unknown_one_also_when_the_wait_is_long() -> None:
    user = UserFactory.create()
    work = []
    encode = MD5PasswordHasher.encode
    for email in (user.email, "nobody@example.com"):
        guess(email, growing_delay.failures_to_tell() - 1, clock.now())
        with (
            clock.at(clock.now() + dt.timedelta(hours=1)),
            mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=encode
            ) as hashed,
            CaptureQueriesContext(connection) as captured,
        ):
            page = sign_in(Client(), email, WRONG, REMOTE_ADDR="192.0.2.77")
        statements = [query["sql"].partition(" ")[0] for query in captured.captured_queries]
        work.append((page.status_code, hashed.call_count, statements))
        SignInEvent.objects.filter(ip="192.0.2.66").update(ip="192.0.2.67")
    assert work[0] == work[1]
    assert not Outbox.objects.exists()


def test_u9_everything_holds_while_redis_is_down() -> None:
    user = UserFactory.create()
    away = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": AWAY}}
    with override_settings(CACHES=away):
        with pytest.raises(Exception, match="refused"):
            cache.get("anything")
        began = clock.now()
        last = guess(user.email, growing_delay.failures_to_tell(), began)
        assert last - began > dt.timedelta(minutes=5)
        with clock.at(last):
            assert sign_in(Client(), user.email).status_code == 429
            tasks.sweep_guessing()
        assert told("user.locked_out") == [user.email]
        with clock.at(last + dt.timedelta(minutes=6)):
            assert sign_in(Client(), user.email).status_code == 302


# --- told of guessing -----------------------------------------------------


def test_u9_a_person_is_told_once_the_waits_are_long() -> None:
    user = UserFactory.create()
    last = guess(user.email, growing_delay.failures_to_tell() - 1, clock.now())
    with clock.at(last):
        tasks.sweep_guessing()
        assert not told("user.locked_out")
        wait = growing_delay.wait_for(user.email, None)
    assert wait < growing_delay.LONG_WAIT
    with clock.at(last + wait):
        sign_in(Client(), user.email, WRONG, **STRANGER)
        assert growing_delay.wait_for(user.email, None) >= growing_delay.LONG_WAIT
        tasks.sweep_guessing()
    mail = Outbox.objects.get(kind="user.locked_out")
    assert mail.to_address == user.email
    assert "9 times" in mail.text and "/account/sign-ins" in mail.text
    assert Event.objects.get(kind="identity.guessed").scope_id == user.pk


def test_u9_a_spell_of_guessing_is_told_of_once_in_a_day() -> None:
    user = UserFactory.create()
    moment = clock.now()
    for _ in range(40):
        moment = guess(user.email, 1, moment) + dt.timedelta(minutes=15)
        with clock.at(moment):
            tasks.sweep_guessing()
            tasks.sweep_guessing()
    assert told("user.locked_out") == [user.email]
    assert SweepRun.objects.filter(sweep="guessing").count() in {1, 2}


def test_u9_nobody_is_told_of_guessing_at_an_address_that_nobody_has() -> None:
    last = guess("nobody@example.com", 12, clock.now())
    with clock.at(last):
        tasks.sweep_guessing()
    assert not Outbox.objects.exists()


def test_u9_failures_before_a_completed_sign_in_are_forgotten() -> None:
    user, browser = UserFactory.create(), Client()
    last = guess(user.email, 8, clock.now())
    with clock.at(last + dt.timedelta(minutes=6)):
        sign_in(browser, user.email)
    last = guess(user.email, 3, last + dt.timedelta(minutes=7))
    with clock.at(last):
        tasks.sweep_guessing()
    assert not told("user.locked_out")


# --- new browsers -----------------------------------------------------

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36"


def test_u9_a_sign_in_from_a_new_browser_is_mailed_with_when_where_and_how_to_end_it() -> None:
    user = UserFactory.create()
    home = Client()
    sign_in(home, user.email)
    assert not told("user.new_device")
    home.post("/sign-out")
    sign_in(home, user.email)
    assert not told("user.new_device")
    sign_in(Client(), user.email, headers={"User-Agent": CHROME}, **STRANGER)
    mail = Outbox.objects.get(kind="user.new_device")
    assert mail.to_address == user.email
    for words in ("192.0.2.66", "Chrome on Windows", "/account/sessions", "/account/password"):
        assert words in mail.text, words


def test_u9_a_second_person_at_a_shared_browser_is_told_once() -> None:
    first, second = (UserFactory.create(signed_in_at=clock.now()) for _ in range(2))
    browser = Client()
    for user in (first, second, first, second):
        sign_in(browser, user.email)
        browser.post("/sign-out")
    assert sorted(told("user.new_device")) == sorted([first.email, second.email])


def test_u9_a_failed_sign_in_from_a_new_browser_is_not_told() -> None:
    user = UserFactory.create(signed_in_at=clock.now())
    sign_in(Client(), user.email, WRONG)
    assert not Outbox.objects.exists()


def test_u9_a_browser_that_calls_itself_what_it_likes_puts_no_words_into_the_mail() -> None:
    user = UserFactory.create(signed_in_at=clock.now())
    sign_in(Client(), user.email, headers={"User-Agent": "Call 555 0100 now http://evil.example"})
    text = Outbox.objects.get(kind="user.new_device").text
    assert "evil" not in text
    assert "an unknown browser" in text


# --- the history -----------------------------------------------------


def test_u9_the_history_names_the_step_at_which_each_attempt_failed(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    browser = Client()
    sign_in(browser, user.email, WRONG)
    client.force_login(user)
    client.post("/account/password", {"current_password": WRONG, "new_password": "x"})
    for step in ("code", "answers"):
        SignInEvent.objects.create(
            email_hash=growing_delay.name_hash(user.email),
            user=user,
            at=clock.now(),
            succeeded=False,
            step=step,
        )
    page = client.get("/account/sign-ins").content.decode()
    for words in ("Password", "Authenticator code", "Answers to the security questions"):
        assert words in page
    assert client.get("/account/sign-ins?step=code").context["page"].total == 1


def test_u9_the_history_is_exported_without_formulas(client: Client) -> None:
    user: User = UserFactory.create()
    sign_in(Client(), user.email, WRONG, headers={"User-Agent": "=HYPERLINK(1)"})
    client.force_login(user)
    found = client.get("/account/sign-ins?export=csv")
    assert found["Content-Disposition"] == 'attachment; filename="sign-ins.csv"'
    assert "'=HYPERLINK" in found.content.decode("utf-8-sig")
    assert client.get("/account/sign-ins?export=xlsx").content[:2] == b"PK"


def test_u7_the_history_goes_on_under_a_new_address(client: Client) -> None:
    user: User = UserFactory.create(email="before@example.com")
    sign_in(client, user.email)
    User.objects.filter(pk=user.pk).update(email="after@example.com")
    assert client.get("/account/sign-ins").context["page"].total == 1
