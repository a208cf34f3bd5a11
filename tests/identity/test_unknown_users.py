"""U9: typing an address does not reveal who has it: same answer, same work."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from identity.services import recovery
from notifications.models import Outbox
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

FORMS: dict[str, dict[str, str]] = {
    "/sign-in": {"password": "Not-The-One-42"},
    "/recover": {},
    "/register": {},
}


def addresses() -> list[str]:
    """Addresses of people in every state, and one that nobody has; all equally long."""
    about: list[dict[str, Any]] = [
        {},
        {"disabled_at": clock.now(), "disabled_reason": "idle"},
        {"staff_role": "management"},
        {"authenticator": True},
        {"set_up_step": "password", "password": "!unusable"},
        {"recovery_paused_until": clock.now()},
    ]
    made = [
        UserFactory.create(email=f"somebody-{n}@example.com", **one).email
        for n, one in enumerate(about)
    ]
    return [*made, "somebody-9@example.com"]


def answer(path: str, email: str) -> tuple[Any, ...]:
    """Everything that is visible from outside, and the work behind it."""
    with (
        mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as runs,
        CaptureQueriesContext(connection) as captured,
    ):
        response = Client().post(path, {**FORMS[path], "email": email})
    page = response.content.decode().replace(email, "")
    page = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^:]*: ?")[A-Za-z0-9]+', "", page)
    heads = {name for name in response.headers if name != "X-Request-Id"}
    cookies = {name for name, cookie in response.cookies.items() if cookie.value}
    statements = [query["sql"].partition(" ")[0] for query in captured.captured_queries]
    return (
        response.status_code, response.get("Location"), page, heads, cookies, runs.call_count,
        statements,
    )  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_u9_text_status_hash_runs_and_statements_are_the_same_for_every_address(path: str) -> None:
    said = {email: answer(path, email) for email in addresses()}
    first, *others = said.values()
    for email, other in zip(list(said)[1:], others, strict=True):
        for part, (one, two) in enumerate(zip(first, other, strict=True)):
            assert one == two, (email, part)


def test_u9_a_forgotten_password_writes_no_mail_before_the_answer() -> None:
    typed = addresses()
    with mock.patch.object(recovery, "enqueue") as sent:
        for email in typed:
            Client().post("/recover", {"email": email})
    assert not Outbox.objects.exists()
    names = [call.args[0] for call in sent.call_args_list]
    assert names == ["identity.tasks.answer_reset_request"] * len(typed)
