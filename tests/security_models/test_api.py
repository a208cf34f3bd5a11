"""C-TPAT accounts over the API: what members and contacts see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from security_models.models import SecurityModel
from tests.factories.models import answer_all, submitted
from tests.factories.trade import assign, make_account, make_member, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def address(model: SecurityModel, one: bool = True) -> str:
    models = f"/api/v1/trade-accounts/{model.trade_account_id}/security-models"
    return f"{models}/{model.pk}" if one else models


def signed_in(user: Any) -> Any:
    client = Client()
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def test_a_contact_reads_status_and_open_work(model: SecurityModel) -> None:
    answer_all(model)
    answer = signed_in(model.started_by).get(address(model))
    shown = answer.json()
    assert answer["ETag"] == '"1"' and shown["reference"] == model.reference
    assert [one["status"] for one in shown["business_types"]] == ["draft"]
    assert {one["tab"] for one in shown["open_work"]} == {"identifiers", "addresses"}
    assert shown["contacts"][0]["is_primary_poc"] is True


def test_nothing_is_open_after_the_submission(model: SecurityModel) -> None:
    submitted(model)
    specialist = assign(model)
    shown = signed_in(model.started_by).get(address(model)).json()
    assert shown["open_work"] == [] and shown["finish_by"] is None
    assert shown["specialist"] == specialist.name


def test_r6_a_member_without_a_role_reads_name_type_and_status_only(model: SecurityModel) -> None:
    answer_all(model)
    client = signed_in(make_member(model.trade_account).user)
    line = client.get(address(model, one=False)).json()["results"][0]
    assert line == {
        "id": str(model.pk),
        "reference": model.reference,
        "is_contact": False,
        "lapsed": False,
        "business_types": [{"business_type": "importer", "name": "Importer", "status": "draft"}],
    }
    assert client.get(address(model)).status_code == 403


def test_r6_another_company_finds_nothing(model: SecurityModel) -> None:
    stranger = signed_in(make_account("Old Kettle Packaging").created_by)
    assert stranger.get(address(model)).status_code == 404
    assert stranger.get(address(model, one=False)).status_code == 404


def test_the_list_costs_the_same_for_one_and_many(
    model: SecurityModel, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(model.started_by)
    for _number in range(5):
        make_model(model.trade_account)
    client.get(address(model, one=False))
    with django_assert_max_num_queries(8):
        assert client.get(address(model, one=False)).json()["count"] == 6
