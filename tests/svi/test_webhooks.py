"""What SVI sends to the systems of companies is what their pages show, and no more (SVI5, SVI7)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from audit.models import Event as Recorded
from notifications.models import Outbox
from security_models.models import SecurityModel
from svi.models import PartnerNote, StatusNews
from svi.services import news, webhook_events
from svi.services.consent import leave
from svi.services.requests import withdraw
from tests.factories import svi
from tests.factories.hooks import make_endpoint
from tests.statements import at_most
from tests.webhooks.conftest import Outside, world  # noqa: F401
from webhooks.models import Delivery, Event
from webhooks.services.delivery import deliver, sweep_webhooks

pytestmark = pytest.mark.django_db


def _told(model: SecurityModel, kind: str = "") -> list[dict[str, Any]]:
    """The events that a company was sent, oldest first."""
    rows = Event.objects.filter(trade_account=model.trade_account_id).order_by("created_at", "pk")
    found = [json.loads(row.body) for row in rows]
    return [one for one in found if not kind or one["type"] == kind]


def _company(name: str, **hook: Any) -> SecurityModel:
    model = svi.consenting(name)
    make_endpoint(model.trade_account, **hook)
    return model


def _tell() -> None:
    for one in StatusNews.objects.filter(ended_at=None):
        news.tell_status(one.pk)


def test_svi3_a_request_is_sent_to_the_company_that_is_asked_without_names_of_people() -> None:
    asks, asked = _company("Asks"), _company("Asked")
    row = svi.asked(asks, asked, note="We carry your loads.")
    (event,) = _told(asked)
    assert event["type"] == "svi.request_received"
    assert event["account"] == str(asked.trade_account_id)
    assert event["data"] == {
        "monitoring_id": str(row.pk),
        "security_model_id": str(asked.pk),
        "partner": {"name": "Asks", "doing_business_as": ""},
        "note": "We carry your loads.",
        "asked_at": event["data"]["asked_at"],
    }
    assert asks.started_by.last_name not in json.dumps(event)
    assert _told(asks) == []


@pytest.mark.parametrize(
    ("moves", "decisions"),
    [
        (["accept"], ["accepted"]),
        (["decline"], ["declined"]),
        (["accept", "revoke"], ["accepted", "revoked"]),
        (["decline", "remove"], ["declined", "removed"]),
    ],
)
def test_svi4_each_decision_is_sent_to_the_company_that_asked(
    moves: list[str], decisions: list[str]
) -> None:
    asks, decides = _company("Asks"), _company("Decides")
    row = svi.asked(asks, decides)
    for move in moves:
        row = svi.answered(row, move)
    told = _told(asks, "svi.request_decided")
    assert [one["data"]["decision"] for one in told] == decisions
    assert {one["data"]["partner"]["name"] for one in told} == {"Decides"}
    assert decides.started_by.last_name not in json.dumps(told)
    assert _told(decides, "svi.request_decided") == []


def test_svi7_a_change_of_status_is_sent_once_and_equals_what_the_api_shows() -> None:
    shows, looks, other = svi.consenting("Shows"), _company("Looks"), _company("Other")
    row = svi.accepted(shows, looks)
    PartnerNote.objects.create(security_model=looks, monitoring=row, reference="V-1")
    svi.suspend(shows)
    _tell()
    _tell()
    (event,) = _told(looks, "svi.status_changed")
    client = Client()
    client.force_login(looks.started_by)
    url = f"/api/v1/trade-accounts/{looks.trade_account_id}/svi/partners"
    (shown,) = client.get(url).json()["results"]
    (kind,) = shown["types"]
    assert event["data"] == {
        "monitoring_id": shown["id"],
        "security_model_id": shown["security_model_id"],
        "partner": {"name": shown["name"], "doing_business_as": shown["doing_business_as"]},
        "reference": "V-1",
        "business_type": kind["business_type"],
        "business_type_name": kind["name"],
        "account_number": kind["account_number"],
        "status": "not_certified",
        "since": kind["since"],
    }
    assert "suspend" not in json.dumps(event).lower()
    assert _told(other) == []


def test_svi5_a_company_that_is_not_certified_itself_is_sent_no_status() -> None:
    shows, looks = svi.consenting("Shows"), _company("Looks")
    svi.accepted(shows, looks)
    svi.suspend(looks)
    svi.suspend(shows)
    _tell()
    assert _told(looks, "svi.status_changed") == []
    told = Recorded.objects.filter(kind="svi.status_changed", scope_id=looks.pk)
    assert not told.exists() and not Outbox.objects.filter(kind="svi.status_changed").exists()


def test_svi7_only_the_events_that_were_chosen_are_kept() -> None:
    asked = _company("Asked", events=["svi.status_changed"])
    svi.asked(svi.consenting("Asks"), asked)
    assert _told(asked) == []


@pytest.mark.parametrize("end", ["revoke", "leave", "other leaves", "suspended itself"])
def test_svi5_a_status_that_is_no_longer_shared_when_it_is_due_is_withheld(
    end: str,
    world: Outside,  # noqa: F811
) -> None:
    shows, looks = svi.consenting("Shows"), _company("Looks")
    row = svi.accepted(shows, looks)
    svi.suspend(shows)
    _tell()
    event = Event.objects.get(trade_account=looks.trade_account_id, kind="svi.status_changed")
    delivery = Delivery.objects.get(event=event)
    if end == "revoke":
        svi.answered(row, "revoke")
    elif end == "suspended itself":
        svi.suspend(looks)
    else:
        leave(model=looks if end == "leave" else shows)
    assert not deliver(delivery.pk)
    sweep_webhooks()
    assert Delivery.objects.get(pk=delivery.pk).state == "withheld"
    assert "svi.status_changed" not in {head["Portal-Event-Type"] for _u, _b, head in world.sent}


def test_svi3_a_request_that_was_withdrawn_before_it_was_sent_is_withheld(
    world: Outside,  # noqa: F811
) -> None:
    asks, asked = svi.consenting("Asks"), _company("Asked")
    row = svi.asked(asks, asked)
    with svi.acting(asks) as actor:
        withdraw(actor=actor, model=asks, monitoring_id=row.pk)
    assert sweep_webhooks() == 0 and world.sent == []
    assert Delivery.objects.get().state == "withheld"


def test_svi7_a_status_that_is_still_shared_is_sent(
    world: Outside,  # noqa: F811
) -> None:
    shows, looks = svi.consenting("Shows"), _company("Looks")
    svi.accepted(shows, looks)
    svi.suspend(shows)
    _tell()
    assert sweep_webhooks() >= 1
    assert "svi.status_changed" in {head["Portal-Event-Type"] for _url, _body, head in world.sent}


def test_svi_an_act_without_a_webhook_asks_two_more_statements_and_keeps_nothing() -> None:
    asks, asked = svi.consenting("Asks"), svi.consenting("Asked")
    row = svi.asked(asks, asked)
    assert not Event.objects.exists()
    # The role of all rows, and the addresses.
    with at_most(2):
        webhook_events.request_received(row, asks, asked)


def test_svi2_the_end_of_an_agreement_is_sent_to_each_partner_once() -> None:
    shows, looks = svi.consenting("Shows"), _company("Looks")
    row = svi.accepted(shows, looks)
    leave(model=shows)
    while news.tell_ends():
        pass
    ended = [one for one in _told(looks) if one["data"].get("decision") == "ended"]
    assert [one["data"]["monitoring_id"] for one in ended] == [str(row.pk)]
