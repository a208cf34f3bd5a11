"""The shape of the API: callers, limits, problem documents."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_for_credentials(client: Client) -> None:
    answer = client.get("/api/v1/schema")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_a_wrong_key_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/schema", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


def test_an_unknown_address_is_a_problem_document(client: Client) -> None:
    answer = client.post("/api/v1/no/such/thing")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_fault_is_a_problem_document_that_says_nothing_of_its_cause(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the pipe burst in cellar 7")

    client.force_login(UserFactory.create())
    client.raise_request_exception = False
    monkeypatch.setattr("trade_accounts.selectors.accounts_shown", broken)
    answer = client.get("/api/v1/trade-accounts")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "fault"
    assert answer.json()["request_id"]
    assert b"cellar" not in answer.content


def test_methods_that_do_not_exist_are_named(client: Client) -> None:
    client.force_login(UserFactory.create())
    answer = client.delete("/api/v1/schema")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert client.options("/api/v1/schema").status_code == 405


def test_the_schema_describes_the_api(client: Client) -> None:
    client.force_login(UserFactory.create())
    answer = client.get("/api/v1/schema")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["openapi"].startswith("3.")
