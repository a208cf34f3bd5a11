"""Search by words of companies and people and by parts of numbers; who finds what (R6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import search
from identity.models import User
from security_models.models import BusinessTypeAccount, EntityIdentifier, SecurityModel
from tests.factories import reviews as made
from tests.factories.kept import kept
from tests.factories.people import UserFactory
from tests.look.page import Page
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.selectors.search import PERSON, accounts_named

pytestmark = pytest.mark.django_db

SSN = "987654321"


@pytest.fixture
def partner() -> SecurityModel:
    """A partner with an accent in its name, an Officer, numbers and a masked identifier."""
    return SecurityModel.objects.select_related("trade_account").get(pk=_partner())


@kept
def _partner() -> Any:
    model = made.ready_model(name="Peñasco Ältere Footwear O’Hara")
    TradeAccount.objects.filter(pk=model.trade_account_id).update(doing_business_as="Red Door")
    Membership.objects.filter(trade_account=model.trade_account).update(
        first_name="Prudence", last_name="Quill", email="quill@penasco.example"
    )
    made.send_in(model)
    BusinessTypeAccount.objects.filter(security_model=model).update(account_number="88413027")
    number = EntityIdentifier.objects.filter(security_model=model, type__masked=False)[0]
    EntityIdentifier.objects.filter(pk=number.pk).update(value="12345678900", shown="12-345678900")
    masked = EntityIdentifier.objects.get(pk=number.pk)
    masked.pk, masked.type_id, masked.value, masked.shown, masked.value_hash = (
        None, "IOR_SSN", "gAAAA" + SSN, f"***-**-{SSN[-4:]}", "x",
    )  # fmt: skip
    masked._state.adding = True
    masked.save()
    made.sent_in(name="Old Kettle Packaging")
    return model.pk


@pytest.fixture
def management(partner: SecurityModel) -> Client:
    """A browser of management, who may see every partner."""
    return signed_in(UserFactory.create(staff_role="management"))


def _found(client: Client, text: str) -> bool:
    page = words_of(client.get(reverse("reviews:partners"), {"q": text}))
    assert "Old Kettle" not in page
    return "Peñasco" in page


KNOWN_AS = (
    "penasco", "FOOTWEAR altere", "footwear peñasco", "o'hara", "Fotwear", "Penasko", "foowtear",
    "quill", "prudence footwear", "quill@pen", "red door", "884130", "8841-3027", "345678",
    "12 3456789", "１２-345678900", "Prudense", "  penasco   quill ", "Qulil",
)  # fmt: skip
NOT_THERE = (SSN, "4321 footwear", "gaaaa", "footwear kettle", "%", "_", "qqxx%", "foxwood")


def test_a_partner_is_found_by_words_without_accents_with_typos_and_by_parts_of_numbers(
    management: Client,
) -> None:
    assert [text for text in KNOWN_AS if not _found(management, text)] == []


def test_what_is_masked_or_not_there_is_not_found(management: Client) -> None:
    assert [text for text in NOT_THERE if _found(management, text)] == []


def test_a_reference_is_found_by_its_parts(management: Client, partner: SecurityModel) -> None:
    for text in (partner.reference, partner.reference.lower(), partner.reference[2:7]):
        assert _found(management, text)


def test_a_docket_number_is_found_with_the_zeros_that_are_not_stored(
    management: Client, partner: SecurityModel
) -> None:
    number = EntityIdentifier.objects.filter(security_model=partner, type__masked=False)[0]
    EntityIdentifier.objects.filter(pk=number.pk).update(type="MC_DOCKET", shown="MC-9876")
    for text in ("MC-009876", "mc009876", "MC-9876"):
        assert _found(management, text)
    assert not _found(management, "MC-0098761")


def test_a_word_that_occurs_is_not_taken_for_mistyped(management: Client) -> None:
    made.sent_in(name="Footwood Limited")
    page = words_of(management.get(reverse("reviews:partners"), {"q": "footwear"}))
    assert "Peñasco" in page and "Footwood" not in page


def test_r6_a_specialist_finds_others_in_the_pool_by_their_name_alone(
    partner: SecurityModel,
) -> None:
    client = signed_in(UserFactory.create(staff_role="scss"))
    address = reverse("reviews:partners")
    page = client.get(address, {"q": "penasco"})
    assert "Also in the pool" in words_of(page) and "Peñasco" in words_of(page)
    assert partner.reference not in page.content.decode()
    for text in ("quill", "884130", "345678", partner.reference, "penasco quill"):
        assert "Peñasco" not in words_of(client.get(address, {"q": text})), text
    made.specialist(partner)
    assert "Peñasco" not in words_of(client.get(address, {"q": "penasco"}))


def test_search_costs_no_statement_more_however_many_words(management: Client) -> None:
    address = reverse("reviews:partners")
    management.get(address)
    for text in ("", "penasco", "penasco quill 884 footwear red door"):
        with at_most(4):
            management.get(address, {"q": text})


def test_every_place_of_a_word_is_answered_by_its_index() -> None:
    number = search.contains_number
    places = {
        "account_words": accounts_named("penasco"),
        "member_words": Membership.objects.filter(search.contains("quill", *PERSON)),
        "user_words": User.objects.filter(search.contains("quill", *PERSON)),
        "model_reference_parts": SecurityModel.objects.filter(number("AB12", "reference")),
        "account_number_parts": BusinessTypeAccount.objects.filter(
            number("8841", "account_number")
        ),
        "identifier_parts": EntityIdentifier.objects.filter(number("3456", "shown")),
    }
    similar = accounts_named("penasko", similar=True)
    with connection.cursor() as cursor:
        for how in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{how} = off")
    for index, rows in places.items():
        assert index in rows.order_by().explain(), index
    assert "account_words" in similar.explain()


def test_the_queue_and_the_list_of_applications_are_searched_alike(partner: SecurityModel) -> None:
    access = made.specialist(partner)
    queue = words_of(signed_in(access.user).get(reverse("reviews:queue"), {"q": "footwear quill"}))
    assert "Peñasco" in queue
    manager = signed_in(UserFactory.create(staff_role="management"))
    page = words_of(manager.get(reverse("reviews:management"), {"q": "penasco 8841"}))
    assert "Peñasco" in page and "Old Kettle" not in page


def searched(page: str) -> str:
    """Where the search in the header of a page leads."""
    return str(Page(page).one("//header").xpath(".//form[@role='search']/@action")[0])


def test_staff_search_from_the_header_of_every_page(management: Client) -> None:
    for name in ("reviews:pool", "identity:menu"):
        page = management.get(reverse(name)).content.decode()
        assert searched(page) == reverse("reviews:partners")
    helpdesk = signed_in(UserFactory.create(staff_role="helpdesk"))
    page = helpdesk.get(reverse("identity:menu")).content.decode()
    assert searched(page) == reverse("identity:helpdesk")
    officer = signed_in(UserFactory.create())
    assert 'id="find"' not in officer.get(reverse("identity:menu")).content.decode()


def test_the_helpdesk_narrows_with_each_word_and_sees_the_company(partner: SecurityModel) -> None:
    officer = partner.started_by
    officer.first_name, officer.last_name = "José", "Quill"
    officer.save()
    UserFactory.create(first_name="José", last_name="Marsh")
    client = signed_in(UserFactory.create(staff_role="helpdesk"))
    address = reverse("identity:helpdesk")
    for text in ("jose quill", "quill penasco", "Quil jose"):
        page = words_of(client.get(address, {"q": text}))
        assert "José Quill" in page and "José Marsh" not in page, text
        assert "Peñasco" in page
    assert (
        "José" not in words_of(client.get(address, {"q": "jose nobody"})).split("Last sign-in")[-1]
    )
    with at_most(9):
        client.get(address, {"q": "jose"})
    export = client.get(address, {"q": "quill", "export": "csv"}).content.decode("utf-8-sig")
    assert "Peñasco" in export
