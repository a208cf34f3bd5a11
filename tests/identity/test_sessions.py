"""Sessions: how long they last, who sees them, what ends them (issue 3, item 7)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotAllowed, Refused
from identity import services
from identity.models import KeptPost, Session, User
from identity.selectors import user_state
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import PROFILE, is_signed_in, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def user() -> User:
    """A person with a sign-in."""
    made: User = UserFactory.create()
    return made


def browser_of(user: User, **more: Any) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    assert sign_in(client, user.email, **more).status_code == 302
    return client


# --- what is stored about a session ------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_knows_its_person_from_when_and_from_where(user: User) -> None:
    browser_of(user, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=FIREFOX)
    (session,) = user_state.open_sessions(user)
    assert session.user == user
    assert session.ip == "203.0.113.7"
    assert session.user_agent == FIREFOX
    assert session.began_at == session.seen_at
    assert session.began_at is not None
    assert abs(clock.now() - session.began_at) < dt.timedelta(seconds=10)


@pytest.mark.django_db
def test_sessions_of_visitors_and_of_the_second_step_are_nobodys(client: Client) -> None:
    client.get("/sign-in")
    session = client.session
    session["something"] = 1
    session.save()
    assert [one.user_id for one in Session.objects.all()] == [None]


@pytest.mark.django_db
def test_the_handle_of_a_session_is_not_its_key(user: User) -> None:
    browser_of(user)
    (session,) = user_state.open_sessions(user)
    assert session.session_key not in session.handle
    assert len(session.handle) == 32


@pytest.mark.django_db
def test_a_session_that_ended_by_itself_is_not_open(user: User) -> None:
    began = clock.now()
    with clock.at(began):
        browser_of(user)
    with clock.at(began + dt.timedelta(minutes=29, seconds=59)):
        assert len(user_state.open_sessions(user)) == 1
    with clock.at(began + dt.timedelta(minutes=30)):
        assert not user_state.open_sessions(user)


# --- how long ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_ends_at_most_30_and_not_before_29_minutes_after_the_last_request(
    client: Client, user: User
) -> None:
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    last = began + dt.timedelta(seconds=59)  # so short after the sign-in that it is not written
    with clock.at(last):
        assert is_signed_in(client)
    with clock.at(last + dt.timedelta(minutes=29)):
        assert is_signed_in(client)
    with clock.at(last + dt.timedelta(minutes=59)):
        assert not is_signed_in(client)


@pytest.mark.django_db
def test_the_twelve_hours_are_counted_from_sign_in_whatever_renews_the_session(
    client: Client, user: User
) -> None:
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    (session,) = Session.objects.filter(user=user)
    with clock.at(began + dt.timedelta(minutes=20)):
        new = {"new_password": "Q7!gandersheim", "repeat_password": "Q7!gandersheim"}
        client.post("/account/password", {"current_password": PASSWORD, **new})
        (renewed,) = user_state.open_sessions(user)
    assert renewed.session_key != session.session_key
    assert renewed.began_at == session.began_at


# --- what ends them ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_ending_all_sessions_leaves_none(user: User) -> None:
    browsers = [browser_of(user) for _ in range(3)]
    other = browser_of(UserFactory.create())
    assert services.end_sessions(actor=for_user(user), user=user) == 3
    assert not any(is_signed_in(browser) for browser in browsers)
    assert is_signed_in(other)
    assert not user_state.open_sessions(user)


@pytest.mark.django_db
def test_ending_all_others_keeps_the_one_at_hand(user: User) -> None:
    mine, other = browser_of(user), browser_of(user)
    key = mine.session.session_key
    assert services.end_sessions(actor=for_user(user), user=user, keep=str(key)) == 1
    assert is_signed_in(mine)
    assert not is_signed_in(other)
    event = Event.objects.get(kind="identity.sessions_ended")
    assert (event.scope_id, event.data["count"]) == (user.pk, 1)


@pytest.mark.django_db
def test_one_session_is_ended_by_its_handle(user: User) -> None:
    mine, other = browser_of(user), browser_of(user)
    ours = user_state.open_sessions(user)
    handle = next(one.handle for one in ours if one.session_key == other.session.session_key)
    services.end_session(actor=for_user(user), user=user, handle=handle)
    assert is_signed_in(mine)
    assert not is_signed_in(other)
    with pytest.raises(Refused):
        services.end_session(actor=for_user(user), user=user, handle=handle)


@pytest.mark.django_db
def test_nobody_ends_the_session_of_another_without_the_right(user: User) -> None:
    browser = browser_of(user)
    stranger = for_user(UserFactory.create())
    (session,) = user_state.open_sessions(user)
    with pytest.raises(NotAllowed):
        services.end_sessions(actor=stranger, user=user)
    with pytest.raises(NotAllowed):
        services.end_session(actor=stranger, user=user, handle=session.handle)
    with pytest.raises(Refused):
        services.end_session(actor=stranger, user=stranger.user, handle=session.handle)
    assert is_signed_in(browser)


@pytest.mark.django_db
def test_a_request_under_way_does_not_bring_an_ended_session_back(user: User) -> None:
    browser = browser_of(user)
    under_way = browser.session
    assert under_way[SESSION_KEY] == str(user.pk)
    services.end_sessions(actor=for_user(user), user=user, keep="another")
    under_way["late"] = str(uuid.uuid4())
    with pytest.raises(UpdateError):
        under_way.save()
    assert not is_signed_in(browser)


@pytest.mark.django_db
def test_a_password_change_ends_all_other_sessions_at_once(user: User) -> None:
    mine, other = browser_of(user), browser_of(user)
    new = {"new_password": "Q7!gandersheim", "repeat_password": "Q7!gandersheim"}
    mine.post("/account/password", {"current_password": PASSWORD, **new})
    assert len(user_state.open_sessions(user)) == 1
    assert is_signed_in(mine)
    assert not is_signed_in(other)


# --- the page ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_list_shows_the_own_sessions_and_marks_this_one(user: User) -> None:
    mine = browser_of(user, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")
    browser_of(user, HTTP_USER_AGENT="Thief/1.0 <b>", REMOTE_ADDR="198.51.100.9")
    browser_of(UserFactory.create(), REMOTE_ADDR="192.0.2.1")
    page = mine.get("/account/sessions").content.decode()
    assert page.count("This one") == 1
    for words in ("Firefox on Linux", "203.0.113.7", "Thief/1.0 &lt;b&gt;", "198.51.100.9"):
        assert words in page
    assert "192.0.2.1" not in page
    for session in Session.objects.all():
        assert session.session_key not in page


@pytest.mark.django_db
def test_the_list_costs_the_same_however_many_there_are(
    user: User, django_assert_max_num_queries: Any
) -> None:
    mine = browser_of(user)
    for _ in range(5):
        browser_of(user)
    with django_assert_max_num_queries(6):
        mine.get("/account/sessions")


@pytest.mark.django_db
def test_buttons_of_the_list_end_one_all_others_and_this_one(user: User) -> None:
    mine, second, third = (browser_of(user) for _ in range(3))
    by_key = {one.session_key: one.handle for one in user_state.open_sessions(user)}
    mine.post(f"/account/sessions/{by_key[str(second.session.session_key)]}/end")
    assert not is_signed_in(second)
    assert is_signed_in(third)
    mine.post("/account/sessions/end")
    assert not is_signed_in(third)
    assert is_signed_in(mine)
    (own,) = user_state.open_sessions(user)
    assert mine.post(f"/account/sessions/{own.handle}/end")["Location"] == "/sign-in"
    assert not is_signed_in(mine)


@pytest.mark.django_db
def test_a_handle_of_somebody_else_ends_nothing(user: User) -> None:
    mine, other = browser_of(user), browser_of(UserFactory.create())
    foreign = Session.objects.exclude(user=user).get()
    for handle in (foreign.handle, foreign.session_key, "nonsense"):
        assert mine.post(f"/account/sessions/{handle}/end")["Location"] == "/account/sessions"
    assert is_signed_in(other)


# --- the warning -------------------------------------------------------------------------------


def told(page: Any) -> dict[str, int]:
    """The remaining seconds that a page got."""
    html = page.content.decode()
    found = re.findall(r'data-(idle|last|warn)="(\d+)"', html)
    return {name: int(seconds) for name, seconds in found}


@pytest.mark.django_db
def test_every_page_knows_to_the_second_when_the_server_ends_the_session(
    client: Client, user: User
) -> None:
    began = clock.now().replace(microsecond=0)
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(seconds=40)):
        left = told(client.get("/account/"))
    assert left == {"idle": 30 * 60 - 40, "last": 12 * 3600 - 40, "warn": 5 * 60}
    with clock.at(began + dt.timedelta(seconds=40 + left["idle"])):
        assert not is_signed_in(client)


@pytest.mark.django_db
def test_staying_begins_the_half_hour_anew_and_not_the_twelve_hours(
    client: Client, user: User
) -> None:
    began = clock.now().replace(microsecond=0)
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(minutes=29)):
        left = client.post("/account/stay").json()
    assert left["idle"] == 30 * 60
    assert left["last"] == 12 * 3600 - 29 * 60
    with clock.at(began + dt.timedelta(minutes=58)):
        assert is_signed_in(client)


@pytest.mark.django_db
def test_staying_after_the_end_brings_nothing_back(client: Client, user: User) -> None:
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(minutes=30)):
        assert client.post("/account/stay").status_code == 302
        assert not is_signed_in(client)
    assert client.get("/account/stay").status_code == 405


@pytest.mark.django_db
def test_public_pages_and_visitors_are_told_no_session(client: Client) -> None:
    page = client.get("/sign-in").content.decode()
    assert 'data-person="" data-visitor=""' in page
    assert "data-idle" not in page
    assert 'id="session-' not in page


# --- stale tabs and planted sessions -----------------------------------------------------------


def typed(client: Client) -> dict[str, str]:
    """The profile form in a tab, with something typed into it."""
    page = client.get("/account/profile").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    return {**PROFILE, "first_name": "Typed-in-the-tab", "csrfmiddlewaretoken": token[1]}


@pytest.mark.django_db
def test_a_tab_left_open_at_sign_out_changes_nothing_and_its_text_is_kept_for_its_user(
    user: User,
) -> None:
    browser = strict_browser(user)
    tab = typed(browser)
    browser.post("/sign-out", {"csrfmiddlewaretoken": tab["csrfmiddlewaretoken"]})
    answer = browser.post("/account/profile", tab, HTTP_REFERER="http://testserver/account/profile")
    assert answer["Location"].startswith("/sign-in")
    user.refresh_from_db()
    assert user.first_name != "Typed-in-the-tab"
    kept = KeptPost.objects.get()
    assert kept.user == user


@pytest.mark.django_db
def test_a_tab_of_an_earlier_user_does_nothing_for_the_one_who_is_signed_in_now(
    user: User,
) -> None:
    browser, other = strict_browser(user), UserFactory.create()
    tab = typed(browser)
    browser.post("/sign-out", {"csrfmiddlewaretoken": tab["csrfmiddlewaretoken"]})
    strict_sign_in(browser, other)
    answer = browser.post("/account/profile", tab)
    assert answer.status_code == 403
    words = answer.content.decode()
    assert f"{other.name} is signed in here." in words.replace("&#x27;", "'")
    assert "Nothing was saved." in words
    for person in (user, other):
        person.refresh_from_db()
        assert person.first_name != "Typed-in-the-tab"
    assert not KeptPost.objects.exists()
    assert browser.get("/account/profile").context["form"].initial["first_name"] == other.first_name


@pytest.mark.django_db
def test_a_tab_of_the_same_person_gets_its_text_back_after_signing_in_again(user: User) -> None:
    browser = strict_browser(user)
    tab = typed(browser)
    browser.post("/sign-out", {"csrfmiddlewaretoken": tab["csrfmiddlewaretoken"]})
    strict_sign_in(browser, user)
    here = "http://testserver/account/profile"
    answer = browser.post("/account/profile", tab, HTTP_REFERER=here)
    assert answer["Location"] == "/account/profile"
    user.refresh_from_db()
    assert user.first_name != "Typed-in-the-tab"
    assert 'value="Typed-in-the-tab"' in browser.get("/account/profile").content.decode()


@pytest.mark.django_db
def test_a_session_id_that_was_planted_is_not_the_one_that_is_signed_in(user: User) -> None:
    attacker = Client()
    planted = attacker.session
    planted["planted"] = True
    planted.save()
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    sign_in(victim, user.email)
    assert victim.session.session_key != planted.session_key
    attacker.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    assert not is_signed_in(attacker)
    assert is_signed_in(victim)


@pytest.mark.django_db
def test_an_invented_session_id_is_never_taken_over(user: User) -> None:
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(victim, user.email)
    assert victim.session.session_key != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def strict_browser(user: User) -> Client:
    """A signed-in browser whose forms need their token."""
    client = Client(enforce_csrf_checks=True)
    strict_sign_in(client, user)
    return client


def strict_sign_in(client: Client, user: User) -> None:
    """Sign in as the page does, with its token."""
    page = client.get("/sign-in").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    about = {"email": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert client.post("/sign-in", about).status_code == 302
