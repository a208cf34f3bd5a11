"""U3, U4: the rules during typing, and the warnings before a password expires."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisAway

from audit.models import SweepRun
from core import clock
from identity.credentials import passwords
from identity.models import KeptPost, User
from identity.tasks import sweep_expiring_passwords
from identity.views import password_check
from portal.navigation import Navigation
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import (
    PROFILE,
    QUESTIONS,
    ask_for_new_password,
    begin_set_up,
    mails_to,
    set_questions,
)

CHECK = "/account/password/check"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def check(client: Client, typed: str, **more: Any) -> Any:
    """Ask which rules a password meets."""
    return client.post(CHECK, {"new_password": typed, **more})


def states(response: Any) -> dict[str, bool | None]:
    """What the answer says about each rule, by the start of its words."""
    return {rule.words: rule.met for rule in response.context["rules"]}


# --- the rules while one types -----------------------------------------------------------------


@pytest.mark.django_db
def test_u3_the_rules_stand_on_the_page_before_anything_is_typed(client: Client) -> None:
    client.force_login(UserFactory.create())
    page = client.get("/account/password").content.decode()
    for rule in passwords.rules():
        assert rule.met is None
        assert rule.words in page
    assert "Not yet" not in page
    assert page.index("At least 8 characters") < page.index('name="new_password"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "unmet"),
    [
        ("a", 5),
        ("Ab1!", 1),
        ("harbor-lantern-42", 1),
        ("P@ssw0rd", 1),
        ("Partnerportal-42", 1),
        (PASSWORD, 0),
        ("Zoë & the 7 Ångströms", 0),
    ],
)
def test_u3_each_rule_is_met_or_not_yet_in_words(client: Client, typed: str, unmet: int) -> None:
    client.force_login(UserFactory.create())
    response = check(client, typed)
    assert response.status_code == 200
    assert list(states(response).values()).count(False) == unmet
    text = response.content.decode()
    assert text.count("Not yet:") == unmet
    assert text.count("Met:") == 7 - unmet
    met = "Your password meets all rules that we can check now."
    words = met if not unmet else f"{7 - unmet} of 7 rules"
    assert words in text
    if typed not in {"a", "P@ssw0rd"}:
        assert typed not in text


@pytest.mark.django_db
def test_u3_what_is_met_while_typing_is_what_the_form_says_when_it_is_sent(client: Client) -> None:
    user = UserFactory.create()
    for typed in ("a", "Ab1!", "P@ssw0rd", "Achterberg-42", "Harbor Lantern 42", PASSWORD):
        rules = [rule for rule in passwords.rules(typed, user) if rule.met is not None]
        costly = {"recent", "answer"}
        refused = {one.code for one in passwords.problems_of(typed, user)} - costly
        assert all(rule.met for rule in rules) is (not refused), typed


@pytest.mark.django_db
def test_u3_no_slow_hash_runs_while_one_types(client: Client) -> None:
    user = UserFactory.create()
    set_questions(user)
    client.force_login(user)
    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True) as runs:
        rules = states(check(client, PASSWORD))
    assert runs.call_count == 0
    assert list(rules.values()).count(None) == 2


@pytest.mark.django_db
def test_u3_the_set_up_and_the_reset_are_served_too(client: Client) -> None:
    begin_set_up(client, "vandersloot@example.com")
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    assert CHECK.encode() in client.get("/register/set-up/password").content
    assert False in states(check(client, "Vandersloot-42")).values()
    user = UserFactory.create()
    set_questions(user)
    other = Client()
    other.get(ask_for_new_password(other, user.email))
    assert check(other, PASSWORD).status_code == 204
    other.post(
        "/recover/prove", {f"current_answer_{n}": QUESTIONS[f"answer_{n}"] for n in (1, 2, 3)}
    )
    assert CHECK.encode() in other.get("/recover/password").content
    assert False in states(check(other, f"{user.last_name}-42")).values()


@pytest.mark.django_db
def test_u3_an_expired_password_is_changed_with_the_same_help(client: Client) -> None:
    client.force_login(UserFactory.create(password_changed_at=clock.now() - 91 * DAY))
    assert check(client, PASSWORD).status_code == 200


@pytest.mark.django_db
def test_u3_strangers_are_told_nothing(client: Client) -> None:
    assert check(client, PASSWORD).status_code == 204


@pytest.mark.django_db
def test_u3_the_check_needs_its_token_and_is_posted() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory.create())
    assert check(strict, PASSWORD).status_code == 403
    assert strict.get(CHECK).status_code == 405


@pytest.mark.django_db
def test_u3_what_is_typed_is_neither_kept_nor_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    user = UserFactory.create()
    client.force_login(user)
    client.get("/account/password")
    typed = "Typed-And-Forgotten-42"
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as captured:
        response = check(client, typed)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert typed not in caplog.text
    assert not any(typed in query["sql"] for query in captured.captured_queries)
    assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in captured)
    assert not KeptPost.objects.exists()
    assert typed not in str(dict(client.session))


@pytest.mark.django_db
def test_u3_only_the_password_that_is_new_is_sent_while_typing(client: Client) -> None:
    client.force_login(UserFactory.create())
    page = client.get("/account/password").content.decode()
    (field,) = [one for one in page.split("<input") if 'name="new_password"' in one]
    assert 'hx-params="new_password"' in field
    assert page.count("hx-post") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "\x00", "x" * 100_000, "\ud83d\ude00" * 3])
def test_u3_bad_input_is_answered(client: Client, typed: str) -> None:
    client.force_login(UserFactory.create())
    typed = typed.encode("utf-16", "surrogatepass").decode("utf-16")
    assert check(client, typed).status_code == 200


@pytest.mark.django_db
def test_u3_nobody_asks_more_often_than_anybody_types(client: Client) -> None:
    client.force_login(UserFactory.create())
    with clock.at(clock.now()), mock.patch.object(password_check, "CHECKS_A_MINUTE", 3):
        said = [check(client, PASSWORD).status_code for _ in range(5)]
        assert said == [200, 200, 200, 429, 429]
        other = Client()
        other.force_login(UserFactory.create())
        assert check(other, PASSWORD).status_code == 200


@pytest.mark.django_db
def test_u3_the_help_stays_while_redis_is_away(client: Client) -> None:
    client.force_login(UserFactory.create())
    with mock.patch.object(cache, "add", side_effect=RedisAway("away")):
        assert check(client, PASSWORD).status_code == 200


@pytest.mark.django_db
def test_u3_paste_is_not_hindered_and_managers_know_the_fields(client: Client) -> None:
    client.force_login(UserFactory.create())
    page = client.get("/account/password").content.decode()
    assert 'autocomplete="current-password"' in page
    assert page.count('autocomplete="new-password"') == 2
    assert 'autocomplete="username"' in page
    assert "onpaste" not in page
    assert page.count("data-reveal") == 3


# --- the banner --------------------------------------------------------------------------------

BANNER = "Your password expires"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (75, ""),
        (76, "expires in 14 days"),
        (83, "expires in 7 days"),
        (89, "expires in 1 day."),
    ],
)
def test_u4_a_banner_stands_on_every_page_from_14_days_before(
    client: Client, days: int, words: str
) -> None:
    noon = clock.now().replace(hour=17)
    with clock.at(noon):
        user = UserFactory.create(password_changed_at=noon - days * DAY)
        client.force_login(user)
        for path in ("/account/", "/account/profile", "/account/password", "/home"):
            page = client.get(path).content.decode()
            assert (BANNER in page) is bool(words), path
            assert words in page, path


@pytest.mark.django_db
def test_u4_the_banner_costs_no_query() -> None:
    user = UserFactory.create(password_changed_at=clock.now() - 80 * DAY)
    request: Any = Client().get("/sign-in").wsgi_request
    request.access = mock.Mock(user=user, roots={})
    with CaptureQueriesContext(connection) as captured:
        warning = Navigation(request).password_warning
        html = render_to_string("cotton/password_banner.html", {"warning": warning})
    assert BANNER in html
    assert len(captured) == 0


@pytest.mark.django_db
def test_u4_strangers_and_fresh_passwords_get_no_banner(client: Client) -> None:
    assert BANNER not in client.get("/sign-in").content.decode()
    client.force_login(UserFactory.create())
    assert BANNER not in client.get("/account/").content.decode()


# --- the emails ---------------------------------------------------------------------------------


def expiring(user: User) -> list[str]:
    """The subjects of the warnings that a person got, oldest first."""
    return [one.subject for one in mails_to(user.email) if one.kind == "user.password_expiring"]


def sweep_on(user: User, day: int) -> int:
    """Run the sweep on a day of the password's life; return how many warnings there are then."""
    assert user.password_changed_at is not None
    with clock.at(user.password_changed_at + day * DAY):
        sweep_expiring_passwords()
    return len(expiring(user))


@pytest.mark.django_db
def test_u4_warnings_go_out_14_7_and_1_days_before_once_each() -> None:
    user = UserFactory.create(password_changed_at=clock.now().replace(hour=17) - 90 * DAY)
    told = {75: 0, 76: 1, 77: 1, 82: 1, 83: 2, 88: 2, 89: 3, 90: 3, 100: 3}
    for day, count in told.items():
        assert sweep_on(user, day) == count, day
        assert sweep_on(user, day) == count, day
    assert expiring(user)[0].startswith("Change your password by ")


@pytest.mark.django_db
def test_u4_a_sweep_that_stood_still_for_days_sends_the_newest_warning_only() -> None:
    user = UserFactory.create(password_changed_at=clock.now().replace(hour=17) - 90 * DAY)
    assert sweep_on(user, 85) == 1
    assert sweep_on(user, 86) == 1
    assert sweep_on(user, 89) == 2


@pytest.mark.django_db
def test_u4_a_new_password_is_warned_of_anew() -> None:
    first = clock.now().replace(hour=17) - 180 * DAY
    user = UserFactory.create(password_changed_at=first)
    assert sweep_on(user, 76) == 1
    user.password_changed_at = first + 77 * DAY
    user.save()
    assert sweep_on(user, 1) == 1
    assert sweep_on(user, 76) == 2


@pytest.mark.django_db
def test_u4_who_cannot_act_is_not_warned() -> None:
    changed = clock.now() - 80 * DAY
    people = [
        UserFactory.create(password_changed_at=changed, disabled_at=clock.now()),
        UserFactory.create(password_changed_at=changed, set_up_step="profile"),
        UserFactory.create(password_changed_at=clock.now() - 91 * DAY),
    ]
    sweep_expiring_passwords()
    assert [expiring(one) for one in people] == [[], [], []]


@pytest.mark.django_db
def test_u4_the_clock_of_the_demonstration_does_not_move_warnings(settings: Any) -> None:
    user = UserFactory.create(password_changed_at=clock.now())
    settings.DEMO_TODAY = (clock.now() + 80 * DAY).date().isoformat()
    sweep_expiring_passwords()
    assert expiring(user) == []


@pytest.mark.django_db
def test_u4_the_sweep_says_what_it_has_done() -> None:
    UserFactory.create(password_changed_at=clock.now() - 80 * DAY)
    sweep_expiring_passwords()
    run = SweepRun.objects.filter(sweep="expiring_passwords").latest("started_at")
    assert run.done == {"reminded": 1, "failed": 0}
    assert run.error == ""
