"""A partner's specialist and management read its consent and lists, and no status (R4, SVI5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from security_models.models import SecurityModel
from svi.models import PartnerNote
from tests.factories import svi
from tests.factories.people import UserFactory
from tests.factories.trade import assign
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def _page(model: SecurityModel, person: Any, query: str = "") -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("svi:overview", kwargs={"model_id": model.pk}) + query)


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_r4_the_page_has_the_consent_the_numbers_and_both_lists() -> None:
    model, shows, looks = (svi.consenting(name) for name in ("Partner", "Shows", "Looks"))
    svi.accepted(shows, model)
    svi.answered(svi.asked(model, looks), "decline")
    person = assign(model)
    text = _text(_page(model, person))
    for said in ("Signed", model.started_by.name, "Shows", "Looks", "Accepted", "Declined"):
        assert said in text, said
    assert "Looks" not in _text(_page(model, person, "?side=monitored")).split("<tbody")[1]
    export = _page(model, person, "?export=csv")
    assert export.status_code == 200


def test_svi5_staff_read_neither_the_status_of_others_nor_what_a_company_notes() -> None:
    model, shows = svi.consenting("Partner"), svi.consenting("Shows")
    row = svi.accepted(shows, model)
    PartnerNote.objects.create(security_model=model, monitoring=row, reference="V-1 secret")
    svi.suspend(shows)
    text = _text(_page(model, assign(model)))
    assert "Not Certified" not in text and "V-1 secret" not in text
    assert str(shows.business_types.get().account_number) not in text


def test_r4_another_specialist_and_contacts_do_not_read_it() -> None:
    model, other = svi.consenting("Partner"), svi.consenting("Other")
    stranger = assign(other)
    for person, status in ((stranger, 404), (model.started_by, 404), (other.started_by, 404)):
        assert _page(model, person).status_code in {403, status}
    assert _page(model, UserFactory.create(staff_role="management")).status_code == 200


def test_the_page_takes_as_many_statements_for_many_companies_as_for_few() -> None:
    model = svi.consenting("Partner")
    for number in range(6):
        svi.accepted(svi.consenting(f"Shows {number}"), model)
    person = assign(model)
    _page(model, person)
    with at_most(22):
        _page(model, person)
