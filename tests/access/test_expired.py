"""U4: a person with an expired password, at every address of pages and API."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from core import clock
from core.access import for_user
from core.ids import new_id
from identity.models import KeptPost, User
from tests.access.test_matrix import BY_HAND, path_of, routes
from tests.access.world import World, build
from trade_accounts import services as accounts

pytestmark = pytest.mark.django_db

CHANGE = "/account/password"
DAYS_90 = dt.timedelta(days=90)
SECOND = dt.timedelta(seconds=1)
#: The pages that detours open, which check for themselves what is more urgent, and the button that
#: keeps the session alive on those pages.
DETOURS = {"identity:password", "identity:authenticator", "identity:disabled", "identity:stay"}
ELSEWHERE = DETOURS | {"api:nothing"}


@pytest.fixture
def world() -> World:
    return build()


def officer(world: World) -> User:
    """An Officer of the model, administrator of the account, whose password ends in 90 days."""
    user = world.people["company_administrator"]
    assert user is not None
    user.password_changed_at = clock.now()
    user.save(update_fields=["password_changed_at"])
    return user


def browser_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def answers(
    client: Client, world: World, headers: dict[str, str] | None = None
) -> Iterator[tuple[str, str, URLPattern, Any]]:
    """The answer of every address, by name and method; every change is undone."""
    for name, pattern in routes():
        path = BY_HAND.get(name) or path_of(name, pattern, world)
        for method in ("GET", "POST"):
            cookies = copy.deepcopy(client.cookies)
            with transaction.atomic():
                yield name, method, pattern, client.generic(method, path, headers=headers or {})
                transaction.set_rollback(True)
            client.cookies = cookies


def door_of(pattern: URLPattern) -> Any:
    return pattern.callback.door  # type: ignore[attr-defined]


def is_led_away(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith(CHANGE)


def test_u4_at_90_days_every_address_leads_to_the_change_and_the_api_refuses(world: World) -> None:
    user = officer(world)
    assert user.password_changed_at is not None
    walked = 0
    with clock.at(user.password_changed_at + DAYS_90):
        for name, method, pattern, response in answers(browser_of(user), world):
            door, place = door_of(pattern), f"{method} {name}"
            if response.status_code == 405 or door.kind == "public" or name in ELSEWHERE:
                continue
            walked += 1
            if door.kind == "api":
                assert response.status_code == 403, place
                assert response.json()["code"] == "needs_browser", place
            else:
                assert is_led_away(response), (place, response.status_code)
    assert walked > 100


def test_u4_a_second_before_no_address_leads_to_the_change(
    world: World, no_pages: None, each_enters_once: None
) -> None:
    user = officer(world)
    assert user.password_changed_at is not None
    with clock.at(user.password_changed_at + DAYS_90 - SECOND):
        for name, method, _pattern, response in answers(browser_of(user), world):
            assert not is_led_away(response), (name, method)
            expired = b"password_expired" in getattr(response, "content", b"")
            assert not expired, (name, method)


def test_u4_a_key_of_an_expired_user_opens_nothing_at_90_days(world: World) -> None:
    user = officer(world)
    assert user.password_changed_at is not None
    _key, secret = _made(world, user)
    headers = {"Authorization": f"Bearer {secret}"}
    ends = user.password_changed_at + DAYS_90
    for moment, opens in ((ends - SECOND, True), (ends, False)):
        opened = refused = 0
        with clock.at(moment):
            for name, method, pattern, response in answers(Client(), world, headers):
                if door_of(pattern).kind != "api" or response.status_code in {404, 405}:
                    continue
                opened += response.status_code == 200
                expired = b"password_expired" in response.content
                refused += expired
                assert opens or expired, (name, method, response.content)
        assert bool(opened) is opens
        assert bool(refused) is not opens


def _made(world: World, user: User) -> Any:
    actor = for_user(user).to("trade_account", world.account, ["company_administrator"])
    return accounts.create_key(actor=actor, form_key=new_id(), name="ERP")


def test_u4_what_an_expired_user_had_typed_is_kept_wherever_a_form_stands(world: World) -> None:
    """Every page that takes a form keeps what was posted to it, for the person alone."""
    user = officer(world)
    assert user.password_changed_at is not None
    typed = {"title": "What was typed"}
    kept = 0
    with clock.at(user.password_changed_at + DAYS_90):
        client = browser_of(user)
        for name, pattern in routes():
            door = door_of(pattern)
            if door.kind in {"public", "api"} or name in DETOURS:
                continue
            path = BY_HAND.get(name) or path_of(name, pattern, world)
            with transaction.atomic():
                response = client.post(path, typed)
                if response.status_code != 405:
                    assert KeptPost.objects.filter(user=user, path=path).exists(), name
                    kept += 1
                transaction.set_rollback(True)
    assert kept > 40
