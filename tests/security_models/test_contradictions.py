"""S1, S3, S4: answers and entries that contradict each other are shown, and block nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.reference import rows_of
from security_models.facts.model_facts import ContactFact, Facts, TypeFact
from security_models.presentation import contradictions as rules
from security_models.presentation.contradictions import contradictions
from tests.factories.models import answer_all, make_address
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_model

MODEL: Any = SimpleNamespace(pk="m", trade_account_id="t", lapsed_on=None)


def facts(slug: str, countries: str, numbers: str = "", **answers: str) -> Facts:
    kind = TypeFact("1", slug, slug.title(), False, "draft", "", None, answers, ())
    places = tuple((country, "", "") for country in countries.split())
    return Facts(
        MODEL,
        types=(kind,),
        numbers=tuple(numbers.split()),
        headquarters=countries.split()[0] if countries else "",
        places=places,
    )


def said(found: Facts, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(rules.page_links, "url", lambda _model, tab: f"/{tab}")
    return " ".join(str(one.message) for one in contradictions(found))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (facts("importer", "NL", IMP2="us"), "company is in the United States of America, but all"),
        (facts("importer", "NL"), "an address in the United States of America or Canada, but all"),
        (facts("importer", "US", IMP2="canada"), "the company is in Canada, but all"),
        (facts("highway_carrier_us_mexico", "CA"), "the United States of America or Mexico"),
        (facts("highway_carrier_us_mexico", "US", HUM3="yes"), "the company is in Mexico, but all"),
        (facts("highway_carrier_us_mexico", "MX US", HUM3="no"), "is not in Mexico, but its main"),
        (facts("foreign_manufacturer", "CA", FMF1="mexico"), "the company is in Mexico, but all"),
        (facts("foreign_manufacturer", "MX", FMF1="elsewhere"), "is not in Mexico"),
        (facts("highway_carrier_us_canada", "US", "SCAC RFC"), "RFC entered belongs to a company"),
        (facts("importer", "US", "BN"), "BN entered belongs to a company in Canada"),
    ],
)
def test_s1_entries_that_do_not_go_together_are_named(
    found: Facts, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words in said(found, monkeypatch)


@pytest.mark.parametrize(
    "found",
    [
        facts("importer", "", IMP2="us"),
        facts("importer", "NL US", IMP2="us"),
        facts("importer", "CA", "IOR_CBP BN", IMP2="canada"),
        facts("highway_carrier_us_mexico", "MX", "RFC SCT", HUM3="yes"),
        facts("highway_carrier_us_mexico", "US", HUM3="no"),
        facts("foreign_manufacturer", "VN", FMF1="elsewhere"),
        facts("sea_carrier", "DK"),
    ],
)
def test_s1_what_goes_together_is_left_in_peace(
    found: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(found, monkeypatch) == ""


def test_an_alternate_contact_is_listed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    one = ContactFact("1", "1", "1", "Ana Lee", "officer", True, True)
    found = facts("exporter", "US", EXP4="yes")
    alone = Facts(MODEL, types=found.types, places=found.places, contacts=(one,))
    two = Facts(MODEL, types=found.types, places=found.places, contacts=(one, one))
    assert "only one contact is listed" in said(alone, monkeypatch)
    assert said(two, monkeypatch) == ""


def test_the_rules_speak_of_types_answers_and_numbers_that_exist() -> None:
    types = {row["slug"] for row in rows_of("program", "business_types.csv")}
    targets = {row["id"]: row["next"] for row in rows_of("program", "eligibility_questions.csv")}
    numbers = {row["code"] for row in rows_of("program", "identifier_types.csv")}
    assert set(rules.EXPECTED) <= types and set(rules.NATIONAL) <= numbers
    for question, answer in [*rules.NAMED, *rules.DENIED]:
        assert f"{answer}->" in targets[question]


@pytest.mark.django_db
def test_s1_an_importer_in_rotterdam_is_told_and_its_specialist_too(client: Client) -> None:
    model = make_model(make_account())
    answer_all(model)
    make_address(model.trade_account, city="Rotterdam", state="", postal_code="3011", country="NL")
    model.trade_account.addresses.exclude(country="NL").update(removed_at=model.started_at)
    person = UserFactory.create()
    make_contact(model, person)
    words = "but all addresses are in the Netherlands"
    client.force_login(person)
    here = {"trade_id": model.trade_account_id, "model_id": model.pk}
    pages = ("security_models:identifiers", "security_models:addresses", "security_profile:summary")
    for page in pages:
        assert words in client.get(reverse(page, kwargs=here)).content.decode()
    client.force_login(assign(model))
    answer = client.get(reverse("reviews:partner", kwargs={"model_id": model.pk}))
    assert words in answer.content.decode()
