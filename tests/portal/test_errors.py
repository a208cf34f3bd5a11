"""Addresses without a page: the reader stays signed in and can continue (R6)."""

from __future__ import annotations

import pytest
from django.test import Client

from identity.models import User
from tests.factories.people import UserFactory
from tests.look.page import Page

pytestmark = pytest.mark.django_db

NOWHERE = "/no-such-page/at-all/"


def header(client: Client) -> str:
    answer = client.get(NOWHERE)
    assert answer.status_code == 404
    return Page(answer.content.decode()).words("//header")


def test_a_signed_in_reader_keeps_the_header(client: Client) -> None:
    user: User = UserFactory.create(first_name="Odalys")
    client.force_login(user)
    words = header(client)
    assert "Odalys" in words and "Sign in" not in words


def test_a_stranger_is_offered_to_sign_in(client: Client) -> None:
    assert "Sign in" in header(client)


def test_a_program_gets_a_problem_document(client: Client) -> None:
    answer = client.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_found"
