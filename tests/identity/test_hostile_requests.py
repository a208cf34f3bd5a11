"""Requests that no browser sends are refused or ignored properly, never an error of the portal."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from identity.models import Session
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"' + "a" * 31 + '\\000"', "a" * 31 + "Z", "a" * 5000, "é" * 32])
def test_what_cannot_name_a_session_is_nobodys_session(client: Client, key: str) -> None:
    cookie = {"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}
    assert client.get("/sign-in", headers=cookie).status_code == 200
    assert client.get("/account/", headers=cookie)["Location"] == "/sign-in?next=/account/"


def test_a_session_key_that_was_given_out_names_its_session(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get("/account/").status_code == 200
    assert len(Session.objects.get().session_key) == 32


@pytest.mark.parametrize("header", ["referer", "hx-current-url"])
@pytest.mark.parametrize("address", ["http://[", "http://[::1", "//[x]/"])
def test_an_address_that_is_none_leads_back_to_the_form_itself(
    client: Client, header: str, address: str
) -> None:
    refused = client.post("/account/sessions/end", {"x": "typed"}, headers={header: address})
    assert refused["Location"] == "/sign-in?next=/account/sessions/end"
