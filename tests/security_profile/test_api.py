"""Responses over the API (issue item 15): versions, rights, the same record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import Response
from tests.factories.people import UserFactory
from tests.factories.profile import answer_all
from tests.factories.trade import make_member
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def address(model: SecurityModel, code: str = "") -> str:
    base = f"/api/v1/trade-accounts/{model.trade_account_id}/security-models/{model.pk}/responses"
    return f"{base}/{code}" if code else base


def put(client: Client, url: str, body: dict[str, Any], version: str | None = '"0"') -> Any:
    headers = {"If-Match": version} if version is not None else {}
    return client.put(url, json.dumps(body), content_type="application/json", headers=headers)


def test_every_criterion_is_listed_with_its_response(pages: Client, model: SecurityModel) -> None:
    answer_all(model)
    page = pages.get(address(model), {"size": "100"}).json()
    assert page["count"] == 94
    one = next(row for row in page["results"] if row["code"] == "3.5")
    assert one["is_complete"] and one["text"].startswith("3.5: ")
    assert one["evidence"][0]["state"] == "clean"


def test_a_response_is_written_with_the_version_it_was_based_on(
    pages: Client, model: SecurityModel, employee: User
) -> None:
    first = pages.get(address(model, "3.5"))
    assert first["ETag"] == '"0"'
    written = put(pages, address(model, "3.5"), {"text": "Over the API."}, first["ETag"])
    assert (written.status_code, written["ETag"]) == (200, '"1"')
    assert Response.objects.get().updated_by == employee
    assert Event.objects.get(kind="security_profile.answered").data == {"code": "3.5"}


def test_p5_a_stale_write_is_refused_and_tells_the_version(
    pages: Client, model: SecurityModel
) -> None:
    put(pages, address(model, "3.5"), {"text": "One"})
    stale = put(pages, address(model, "3.5"), {"text": "Two"})
    assert stale.status_code == 412
    assert Response.objects.get().text == "One"


def test_p5_a_version_that_never_was_is_stale(pages: Client, model: SecurityModel) -> None:
    stale = put(pages, address(model, "3.5"), {"text": "One"}, '"7"')
    assert (stale.status_code, stale["ETag"]) == (412, '"0"')
    assert not Response.objects.exists()


def test_a_write_without_a_version_is_refused(pages: Client, model: SecurityModel) -> None:
    assert put(pages, address(model, "3.5"), {"text": "One"}, None).status_code == 428


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 4001},
        {"text": "nothing \x00"},
        {"text": "line\n" * 201},
        {"text": ["list"]},
        {"not_applicable": "perhaps"},
        {"text": "fine", "status": "accepted"},
    ],
)
def test_bad_bodies_are_refused_by_field(
    pages: Client, model: SecurityModel, body: dict[str, Any]
) -> None:
    refused = put(pages, address(model, "3.5"), body)
    assert refused.status_code == 422
    assert refused["Content-Type"].startswith("application/problem+json")
    assert not Response.objects.exists()


def test_a3_text_of_any_script_is_taken_and_what_nobody_sees_is_dropped(
    pages: Client, model: SecurityModel
) -> None:
    taken = put(pages, address(model, "3.5"), {"text": "seal 封\x07\u202e"})
    assert taken.status_code == 200
    assert Response.objects.get().text == "seal 封"


def test_r6_others_find_nothing_and_members_are_told_who_can(
    client: Client, model: SecurityModel
) -> None:
    client.force_login(UserFactory.create())
    assert client.get(address(model)).status_code == 404
    member = UserFactory.create()
    make_member(model.trade_account, member)
    client.force_login(member)
    assert client.get(address(model)).status_code == 403


def test_a_code_of_other_business_types_is_not_found(pages: Client, model: SecurityModel) -> None:
    assert pages.get(address(model, "3.56")).status_code == 404
    assert put(pages, address(model, "3.56"), {"text": "No"}).status_code == 404


def test_the_list_costs_the_same_however_many_are_answered(
    pages: Client, model: SecurityModel
) -> None:
    answer_all(model)
    pages.get(address(model))
    with at_most(8):
        assert pages.get(address(model), {"size": "100"}).status_code == 200


@pytest.mark.parametrize("body", [{}, {"is_ready": True}, {"reason": "Kept for later."}])
def test_what_a_body_leaves_out_stays_as_it_is(
    pages: Client, model: SecurityModel, body: dict[str, Any]
) -> None:
    put(pages, address(model, "3.5"), {"text": "We visit every partner."})
    written = put(pages, address(model, "3.5"), body, '"1"')
    assert written.status_code == 200
    assert written.json()["text"] == "We visit every partner."
    assert Response.objects.get().text == "We visit every partner."


@pytest.mark.parametrize("body", [None, [], [{"text": "x"}], "x", 5, True])
def test_what_is_no_object_is_refused_in_our_words(
    pages: Client, model: SecurityModel, body: Any
) -> None:
    refused = put(pages, address(model, "3.5"), body)
    assert refused.status_code == 422
    assert "Send a JSON object." in refused.content.decode()


@pytest.mark.parametrize("mark", ["\u0301", "\u093c", "\u0e31", "\u0487", "\U0001da00"])
def test_p2_marks_without_a_letter_are_no_answer(
    pages: Client, model: SecurityModel, mark: str
) -> None:
    body = {"not_applicable": True, "reason": mark * 40}
    assert not put(pages, address(model, "6.1"), body).json()["is_complete"]
