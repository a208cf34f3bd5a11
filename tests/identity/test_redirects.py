"""No page with a ``next`` parameter redirects out of the portal, and none breaks its response
headers.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django_otp.oath import totp

from core import clock
from core.crypto import decrypt
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.road import sign_in

pytestmark = pytest.mark.django_db

NEW = "Quite-Other-42"
CHANGE = {"current_password": PASSWORD, "new_password": NEW, "repeat_password": NEW}
AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "///evil.example",
    "http:/\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "//testserver@evil.example/",
    "https://testserver.evil.example/",
    "account/profile",
)
INSIDE = "/account/profile?a=b"
LEADS = [*((url, False) for url in AWAY), (INSIDE, True)]


def with_next(path: str, url: str) -> str:
    return f"{path}?{urlencode({'next': url})}"


def hold(response: Any, inside: bool, home: str) -> None:
    """The answer redirects to a page of ours, or to the default page without ``next``."""
    assert response.status_code == 302
    assert response["Location"] == (INSIDE if inside else home)


@pytest.mark.parametrize(("url", "inside"), LEADS)
def test_sign_in_keeps_to_our_pages(client: Client, url: str, inside: bool) -> None:
    user = UserFactory.create()
    typed = {"email": user.email, "password": PASSWORD}
    hold(client.post(with_next("/sign-in", url), typed), inside, "/")
    hold(client.get(with_next("/sign-in", url)), inside, "/")


@pytest.mark.parametrize(("url", "inside"), LEADS)
def test_the_second_step_keeps_to_our_pages(client: Client, url: str, inside: bool) -> None:
    user = UserFactory.create(authenticator=True)
    asked = client.post(with_next("/sign-in", url), {"email": user.email, "password": PASSWORD})[
        "Location"
    ]
    assert asked.startswith("/sign-in/code")
    assert ("next=" in asked) is inside
    done = client.post(with_next("/sign-in/code", url), {"code": code_of(user)})
    hold(done, inside, "/")


@pytest.mark.parametrize(("url", "inside"), LEADS)
def test_the_change_of_an_expired_password_keeps_to_our_pages(
    client: Client, url: str, inside: bool
) -> None:
    client.force_login(UserFactory.create())
    hold(client.post(with_next("/account/password", url), CHANGE), inside, "/")


@pytest.mark.parametrize(("url", "inside"), LEADS)
def test_setting_up_an_authenticator_keeps_to_our_pages(
    client: Client, url: str, inside: bool
) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    page = client.get("/account/authenticator")
    key = bytes.fromhex(decrypt(client.session["authenticator_key"]))
    assert page.status_code == 200
    code = f"{totp(key, t0=0, drift=0):06d}"
    response = client.post(with_next("/account/authenticator", url), {"code": code})
    assert response.status_code == 302
    assert "evil" not in response["Location"]
    assert response["Location"].startswith("/")


@pytest.mark.parametrize("url", AWAY)
def test_pages_of_a_detour_keep_to_our_pages(client: Client, url: str) -> None:
    user = UserFactory.create(disabled_at=clock.now())
    client.force_login(user)
    for path in ("/account/disabled", "/account/password", "/account/authenticator"):
        response = client.get(with_next(path, url))
        assert "evil" not in response.headers.get("Location", "")


@pytest.mark.parametrize("url", AWAY)
def test_a_referer_from_elsewhere_is_no_page_to_come_back_to(client: Client, url: str) -> None:
    for header in ("Referer", "HX-Current-URL"):
        response = client.post("/account/profile", {"title": "x"}, headers={header: url.strip()})
        assert response["Location"] == "/sign-in?next=/account/profile", (header, url)


@pytest.mark.parametrize("url", AWAY)
def test_the_pages_of_a_forgotten_password_take_no_next(client: Client, url: str) -> None:
    for path in ("/recover", "/recover/sent", "/recover/prove", "/recover/password", "/register"):
        response = client.get(with_next(path, url))
        assert "Location" not in response.headers
        assert b"evil" not in response.content
    sent = client.post(with_next("/recover", url), {"email": "nobody@example.com"})
    assert sent["Location"] == "/recover/sent"
