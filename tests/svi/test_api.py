"""SVI over the API shows what the pages show, to contacts of the company alone (SVI5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from security_models.models import SecurityModel
from svi.models import Consent, Monitoring, PartnerNote
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
    assert len(_get(looks, "?updated_since=2020-01-01").json()["results"]) == 2
    assert _get(looks, "?updated_since=2999-01-01").json()["results"] == []
    for query in (
        "?request=removed",
        "?updated_since=yesterday",
        "?updated_since=20200101",
        "?request=",
        "?updated_since=",
    ):
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


# --- cursor, times, tags --------------------------------------------------------------------------


def _read(model: SecurityModel, query: str = "", *, between: Any = None) -> list[str]:
    """The names on all parts of the list; ``between`` happens after the first part."""
    client, names = _client(model), []
    address = f"/api/v1/trade-accounts/{model.trade_account_id}/svi/partners?size=2{query}"
    while address:
        answer = client.get(address).json()
        names += [one["name"] for one in answer["results"]]
        address = answer["next"]
        if between is not None:
            between = between()
    return names


def test_svi_a_cursor_leaves_nothing_out_and_gives_nothing_twice_while_rows_change() -> None:
    looks = svi.consenting("Looks")
    rows = [svi.asked(svi.consenting(f"Shows {number}"), looks) for number in range(5)]
    assert _read(looks) == [f"Shows {number}" for number in range(5)]

    def changes() -> None:
        svi.answered(rows[0])
        svi.answered(rows[3], "decline")
        svi.answered(svi.answered(rows[1]), "remove")
        svi.asked(svi.consenting("Comes late"), looks)

    names = _read(looks, between=changes)
    assert names == [*(f"Shows {number}" for number in range(5)), "Comes late"]


def test_svi_rows_of_the_same_moment_are_told_apart_by_their_ids() -> None:
    looks = svi.consenting("Looks")
    for number in range(5):
        svi.asked(svi.consenting(f"Shows {number}"), looks)
    Monitoring.objects.update(asked_at=Monitoring.objects.order_by("pk")[0].asked_at)
    assert sorted(_read(looks)) == [f"Shows {number}" for number in range(5)]


@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "W10", "WzEsMl0", "bnVsbA", "=", "a" * 200, "WyIyMDI3LTAzLTAxIiwieCJd", "\u00e9"],
)
def test_svi_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    assert _get(svi.consenting("Looks"), f"?cursor={cursor}").status_code == 422


def test_svi_a_poller_whose_readings_overlap_misses_no_change() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    Monitoring.objects.update(status_at="2027-03-02T15:00:00Z")
    Consent.objects.update(status_at="2020-01-01T00:00:00Z")
    svi.between(svi.other_company(), looks)
    Monitoring.objects.exclude(pk=row.pk).update(status_at="2027-03-01T15:00:00Z")

    def names(time: str) -> list[str]:
        results = _get(looks, f"?request=accepted&updated_since={time}").json()["results"]
        return [one["name"] for one in results]

    for time, found in (
        ("2027-03-02T15:00:00Z", ["Shows"]),
        ("2027-03-02T10:00:00-05:00", ["Shows"]),
        ("2027-03-02T16:00:00%2B01:00", ["Shows"]),
        ("2027-03-02T16:00:00+01:00", ["Shows"]),
        ("2027-03-01T18:46:00-20:14", ["Shows"]),
        ("2027-03-02T15:00:00.000001Z", []),
        ("2027-03-02", ["Shows"]),
        ("2027-03-03", []),
    ):
        assert names(time) == found, time


@pytest.mark.parametrize(
    "time",
    [
        "2027-03-02T15:00:00", "2027-03-02T25:00:00Z", "2027-02-30T00:00:00Z", "2027-03-02T15:00Z",
        "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "1", "T",
    ],
)  # fmt: skip
def test_svi_a_time_without_offset_or_sense_is_refused_in_words(time: str) -> None:
    answer = _get(svi.consenting("Looks"), f"?updated_since={time}")
    if time.startswith("9999"):
        assert answer.status_code in {200, 422}
    else:
        assert answer.status_code == 422 and "2027-03-01T14:30:00Z" in answer.content.decode()


def test_svi_when_the_own_standing_changes_every_partner_is_new() -> None:
    looks = svi.consenting("Looks")
    svi.accepted(svi.consenting("Shows"), looks)
    now = clock.now()
    since = f"?updated_since={(now + dt.timedelta(days=2)).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    assert _get(looks, since).json()["results"] == []
    Consent.objects.filter(security_model=looks).update(status_at=now + dt.timedelta(days=3))
    assert len(_get(looks, since).json()["results"]) == 1


def test_svi5_the_partners_that_monitor_one_are_listed_as_on_their_page() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    path = f"/api/v1/trade-accounts/{shows.trade_account_id}/svi/monitors"
    (row,) = _client(shows).get(path).json()["results"]
    assert (row["name"], row["request"], row["certified"]) == ("Looks", "accepted", True)
    assert "reference" not in row
    assert _client(looks).get(path).status_code == 404
    assert (
        _client(looks)
        .get(path.replace(str(shows.trade_account_id), str(looks.trade_account_id)))
        .json()["results"]
        == []
    )


def test_svi_an_answer_that_the_caller_has_is_not_sent_again() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    path = f"/api/v1/trade-accounts/{looks.trade_account_id}/svi/partners"
    client = _client(looks)
    tag = client.get(path)["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = client.get(path, headers={"If-None-Match": sent})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag), sent
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    svi.suspend(shows)
    changed = client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_each_answer_says_how_many_calls_are_left(settings: Any) -> None:
    settings.API_RATE = "3/min"
    looks = svi.consenting("Looks")
    client = _client(looks)
    path = f"/api/v1/trade-accounts/{looks.trade_account_id}/svi/partners"
    answers = [client.get(path), client.get(path + "?cursor=x"), client.get(path), client.get(path)]
    assert [one.status_code for one in answers] == [200, 422, 200, 429]
    assert [one["RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert {one["RateLimit-Limit"] for one in answers} == {"3"}
    assert all(1 <= int(one["RateLimit-Reset"]) <= 60 for one in answers)
