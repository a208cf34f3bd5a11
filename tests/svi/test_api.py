"""SVI over the API shows what the pages show, to contacts of the company alone (SVI5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from security_models.models import SecurityModel
from svi.models import PartnerNote
from tests.factories import svi
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def _client(model: SecurityModel) -> Client:
    client = Client()
    client.force_login(model.started_by)
    return client


def _get(model: SecurityModel, query: str = "") -> Any:
    path = f"/api/v1/trade-accounts/{model.trade_account_id}/svi/partners{query}"
    return _client(model).get(path)


def _look_up(model: SecurityModel, **body: Any) -> Any:
    path = f"/api/v1/trade-accounts/{model.trade_account_id}/svi/lookup"
    return _client(model).post(path, body, content_type="application/json")


def test_svi5_the_status_of_a_partner_is_given_while_monitoring_is_accepted() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.asked(shows, looks)
    [pending] = _get(looks).json()["results"]
    assert (pending["request"], pending["certified"], pending["types"]) == ("pending", None, [])
    svi.answered(row)
    svi.suspend(shows)
    [accepted] = _get(looks).json()["results"]
    assert (accepted["request"], accepted["certified"]) == ("accepted", False)
    [type_] = accepted["types"]
    assert (type_["business_type"], type_["status"]) == ("importer", "not_certified")
    assert set(type_) == {"business_type", "name", "account_number", "status", "since"}


def test_svi5_filters_narrow_the_list_and_nonsense_is_refused_in_words() -> None:
    looks = svi.consenting("Looks")
    svi.accepted(svi.consenting("Shows"), looks)
    svi.asked(svi.consenting("Waits"), looks)
    assert [one["name"] for one in _get(looks, "?request=pending").json()["results"]] == ["Waits"]
    assert _get(looks, "?updated_since=2020-01-01").json()["count"] == 2
    assert _get(looks, "?updated_since=2999-01-01").json()["count"] == 0
    for query in ("?request=removed", "?updated_since=yesterday", "?updated_since=20200101"):
        assert _get(looks, query).status_code == 422, query


def test_svi_a_look_up_finds_own_references_and_account_numbers_alone() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    PartnerNote.objects.create(security_model=looks, monitoring=row, reference="V-1")
    number = shows.business_types.get().account_number
    foreign = svi.consenting("Foreign").business_types.get().account_number
    for body in ({"references": ["V-1", "V-2"]}, {"account_numbers": [number, foreign]}):
        results = _look_up(looks, **body).json()["results"]
        assert [one["name"] for one in results] == ["Shows"], body
    assert _look_up(shows, references=["V-1"]).json()["results"] == []
    assert _look_up(looks).json()["results"] == []


@pytest.mark.parametrize("body", [{"references": ["x"] * 501}, {"references": "V-1"}, {"other": 1}])
def test_svi_a_look_up_of_too_much_or_of_nonsense_is_refused(body: dict[str, Any]) -> None:
    assert _look_up(svi.consenting("Looks"), **body).status_code == 422


def test_svi_a_page_of_the_list_takes_as_many_statements_for_many_partners_as_for_few() -> None:
    looks = svi.consenting("Looks")
    for number in range(5):
        svi.accepted(svi.consenting(f"Shows {number}"), looks)
    client = _client(looks)
    path = f"/api/v1/trade-accounts/{looks.trade_account_id}/svi/partners"
    client.get(path)
    with at_most(12):
        client.get(path)
