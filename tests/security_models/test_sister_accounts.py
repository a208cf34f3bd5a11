"""Numbers of sister accounts: offered to people who may open them, and added only if selected."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from identity.models import User
from security_models import services
from security_models.models import SecurityModel
from security_models.selectors.numbers_and_papers import identifiers_of
from tests.factories.models import access_to, answer_all
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_contact, make_model
from tests.look.page import Page

pytestmark = pytest.mark.django_db

BOND = "99ZZ00001"

#: The fields of an offer beside the token.
SENT = ".//input[@type='hidden'][@name!='csrfmiddlewaretoken']"


@pytest.fixture
def officer() -> User:
    return UserFactory.create()


@pytest.fixture
def model(officer: User) -> SecurityModel:
    made = make_model(make_account(administrator=officer), officer)
    answer_all(made)
    return made


def with_number(model: SecurityModel, kind: str = "BOND_IMPORT", value: str = BOND) -> None:
    answer_all(model)
    services.add_identifier(
        actor=access_to(model), model=model, form_key=new_id(), kinds=[kind], value=value,
        personal=True,
    )  # fmt: skip


def page(client: Client, model: SecurityModel) -> str:
    url = reverse("security_models:identifiers", args=[model.trade_account_id, model.pk])
    return client.get(url).content.decode()


def offers(client: Client, model: SecurityModel) -> list[dict[str, Any]]:
    """What each button of the offers would send."""
    buttons = Page(page(client, model)).all("//*[@id='offers']//button")
    return [{one.get("name"): one.get("value")} for one in buttons]


def test_s3_a_number_of_a_sister_account_is_offered_and_added_by_a_press(
    client: Client, model: SecurityModel, officer: User
) -> None:
    sister = make_model(model.trade_account, officer)
    with_number(sister)
    client.force_login(officer)
    offered = offers(client, model)
    assert len(offered) == 1 and not identifiers_of(model)
    assert sister.reference in page(client, model) and BOND in page(client, model)
    url = reverse("security_models:identifiers", args=[model.trade_account_id, model.pk])
    for _twice in range(2):
        assert client.post(url, offered[0]).status_code == 302
    assert [one.value for one in identifiers_of(model)] == [BOND]
    assert offers(client, model) == []


def test_s3_numbers_of_accounts_that_the_reader_cannot_open_are_not_offered(
    client: Client, model: SecurityModel, officer: User
) -> None:
    stranger = UserFactory.create()
    with_number(make_model(model.trade_account, stranger))
    client.force_login(officer)
    assert offers(client, model) == []


def test_s3_numbers_never_cross_from_one_company_to_another(
    client: Client, model: SecurityModel, officer: User
) -> None:
    other = make_model(make_account("Old Kettle Packaging"))
    make_contact(other, officer)
    with_number(other)
    client.force_login(officer)
    assert offers(client, model) == []


def test_t7_a_personal_number_is_never_offered(
    client: Client, model: SecurityModel, officer: User
) -> None:
    with_number(make_model(model.trade_account, officer), "IOR_SSN", "219-09-9999")
    client.force_login(officer)
    assert offers(client, model) == []
