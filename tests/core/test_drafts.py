"""What the server tells the browser about a draft: saved, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Session
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
DRAFT = "0123456789abcdef"
COOKIE = f"saved-{DRAFT}"


@pytest.fixture
def person() -> Any:
    return UserFactory.create()


@pytest.fixture
def client(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="identity.backends.PasswordBackend")
    return client


def profile(person: Any, **more: Any) -> dict[str, Any]:
    names = ("salutation", "first_name", "last_name", "title", "phone", "version")
    return {name: getattr(person, name) for name in names} | {"draft_id": DRAFT} | more


def test_a_draft_is_saved_when_its_form_was_taken(client: Client, person: Any) -> None:
    answer = client.post(reverse("identity:profile"), profile(person, title="Head of trade"))
    assert answer.status_code == 302
    assert answer.cookies[COOKIE].value == "1"


@pytest.mark.parametrize("wrong", [{"last_name": ""}, {"version": 99}])
def test_a_refused_or_stale_form_is_not_saved(client: Client, person: Any, wrong: Any) -> None:
    answer = client.post(reverse("identity:profile"), profile(person, title="New", **wrong))
    assert answer.status_code in {409, 422}
    assert COOKIE not in answer.cookies


def test_a_form_that_came_after_the_session_is_not_saved(client: Client, person: Any) -> None:
    Session.objects.all().delete()
    answer = client.post(reverse("identity:profile"), profile(person, then="/account/"))
    assert answer["Location"].startswith("/sign-in")
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("draft", ["", "x; Path=/", "A" * 20, "a" * 41])
def test_what_is_no_id_of_a_draft_makes_no_cookie(client: Client, person: Any, draft: str) -> None:
    answer = client.post(reverse("identity:profile"), profile(person, draft_id=draft))
    assert answer.status_code == 302
    assert not [name for name in answer.cookies if name.startswith("saved-")]


@pytest.mark.parametrize(
    ("then", "to"),
    [
        ("/tasks", "/tasks"),
        ("https://elsewhere.example/", "/account/"),
        ("//elsewhere.example/", "/account/"),
        ("javascript:alert(1)", "/account/"),
        ("", "/account/"),
    ],
)
def test_once_saved_the_writer_goes_on_within_the_portal(
    client: Client, person: Any, then: str, to: str
) -> None:
    assert client.post(reverse("identity:profile"), profile(person, then=then))["Location"] == to


def test_a_refused_form_goes_nowhere(client: Client, person: Any) -> None:
    wrong = profile(person, last_name="", then="/tasks")
    assert client.post(reverse("identity:profile"), wrong).status_code == 422
