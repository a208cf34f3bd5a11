"""Sessions: how long they live, who sees them, what ends them (issue 3, item 7)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotAllowed, Refused
from identity import selectors, services
from identity.models import Session, User
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import is_signed_in, sign_in

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


# --- what is kept of a session -----------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_knows_its_person_from_when_and_from_where(user: User) -> None:
    browser_of(user, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=FIREFOX)
    (session,) = selectors.open_sessions(user)
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
    (session,) = selectors.open_sessions(user)
    assert session.session_key not in session.handle
    assert len(session.handle) == 32


@pytest.mark.django_db
def test_a_session_that_ended_by_itself_is_not_open(user: User) -> None:
    began = clock.now()
    with clock.at(began):
        browser_of(user)
    with clock.at(began + dt.timedelta(minutes=29, seconds=59)):
        assert len(selectors.open_sessions(user)) == 1
    with clock.at(began + dt.timedelta(minutes=30)):
        assert not selectors.open_sessions(user)


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
        (renewed,) = selectors.open_sessions(user)
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
    assert not selectors.open_sessions(user)


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
    ours = selectors.open_sessions(user)
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
    (session,) = selectors.open_sessions(user)
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
    assert len(selectors.open_sessions(user)) == 1
    assert is_signed_in(mine)
    assert not is_signed_in(other)
