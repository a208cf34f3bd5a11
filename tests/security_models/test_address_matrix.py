"""Many addresses and many C-TPAT accounts on one page (S4, R6, P5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from security_models.models import ModelAddress, SecurityModel
from security_models.selectors.addresses import chosen_addresses, seen_as
from security_models.states import BusinessTypeStatus, ContactRole
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_model
from trade_accounts.models import Address, TradeAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def address(account: TradeAccount, street: str) -> Address:
    """An address of the organization."""
    return Address.objects.create(
        trade_account=account, types=["headquarters"], street1=street, city="Laredo",
        state="TX", postal_code="78045", country="US", created_at=clock.now(),
    )  # fmt: skip


def sent(model: SecurityModel, primary: Address, *secondary: Address) -> dict[str, Any]:
    """The fields of one account, as the page with its current choice sends them."""
    prefix = model.pk.hex
    return {
        f"{prefix}-seen": seen_as(chosen_addresses(model)),
        f"{prefix}-primary": str(primary.pk),
        f"{prefix}-mailing": str(primary.pk),
        f"{prefix}-secondary": [str(one.pk) for one in secondary],
    }


def chosen(model: SecurityModel) -> set[tuple[str, bool, bool, bool]]:
    """The street of each chosen address, and what it is."""
    rows = ModelAddress.objects.filter(security_model=model).select_related("address")
    return {(o.address.street1, o.is_primary, o.is_mailing, o.is_secondary) for o in rows}


def url(account: TradeAccount) -> str:
    """The page."""
    return reverse("security_models:address-matrix", args=[account.pk])


def test_s4_several_accounts_are_chosen_at_once(client: Client, account: TradeAccount) -> None:
    one, two = address(account, "1 A Street"), address(account, "2 B Street")
    models = [make_model(account) for _ in range(3)]
    data = {**sent(models[0], one, two), **sent(models[1], two)}
    assert client.post(url(account), data).status_code == 302
    assert chosen(models[0]) == {
        ("1 A Street", True, True, False),
        ("2 B Street", False, False, True),
    }
    assert chosen(models[1]) == {("2 B Street", True, True, False)}
    assert chosen(models[2]) == set()
    page = client.get(url(account)).content.decode()
    assert all(model.reference in page for model in models)


def test_p5_only_the_account_that_a_colleague_changed_is_asked_again(
    client: Client, account: TradeAccount
) -> None:
    one, two = address(account, "1 A Street"), address(account, "2 B Street")
    first, second = make_model(account), make_model(account)
    client.post(url(account), {**sent(first, one), **sent(second, one)})
    data = {**sent(first, two), **sent(second, two)}
    ModelAddress.objects.filter(security_model=second).update(is_secondary=True)
    answer: Any = client.post(url(account), data)
    assert answer.status_code == 409
    assert chosen(first) == {("2 B Street", True, True, False)}
    assert chosen(second) == {("1 A Street", True, True, True)}
    again = {name: data[name] for name in data if name.startswith(second.pk.hex)}
    again[f"{second.pk.hex}-seen"] = seen_as(chosen_addresses(second))
    assert client.post(url(account), again).status_code == 302
    assert chosen(second) == {("2 B Street", True, True, False)}


def test_p5_an_account_that_was_not_touched_is_left_as_a_colleague_chose_it(
    client: Client, account: TradeAccount
) -> None:
    one, two = address(account, "1 A Street"), address(account, "2 B Street")
    first, second = make_model(account), make_model(account)
    client.post(url(account), {**sent(first, one), **sent(second, one)})
    data = {**sent(first, two), **sent(second, one)}
    ModelAddress.objects.filter(security_model=second).update(is_secondary=True)
    assert client.post(url(account), data).status_code == 302
    assert chosen(second) == {("1 A Street", True, True, True)}


def test_r6_accounts_of_others_and_closed_ones_are_not_changed(
    client: Client, account: TradeAccount
) -> None:
    one = address(account, "1 A Street")
    foreign = make_model(account, make_contact(make_model(account)).membership.user)
    closed = make_model(account)
    make_type(closed, status=BusinessTypeStatus.WITHDRAWN)
    page = client.get(url(account)).content.decode()
    assert f"{foreign.pk.hex}-primary" not in page and f"{closed.pk.hex}-primary" not in page
    assert foreign.reference in page and closed.reference in page
    neighbor = make_model(make_account("Zanzibar Lantern Works"))
    data = {**sent(foreign, one), **sent(closed, one), **sent(neighbor, one)}
    client.post(url(account), data)
    assert not ModelAddress.objects.exists()


def test_s4_bad_input_is_refused_beside_its_account(client: Client, account: TradeAccount) -> None:
    one = address(account, "1 A Street")
    strange = address(make_account("Zanzibar Lantern Works"), "9 Z Street")
    model = make_model(account, role=ContactRole.EMPLOYEE)
    for wrong in ({"primary": ""}, {"mailing": str(strange.pk)}, {"secondary": ["x"]}):
        data = sent(model, one) | {f"{model.pk.hex}-{key}": v for key, v in wrong.items()}
        assert client.post(url(account), data).status_code == 422, wrong
    assert not ModelAddress.objects.exists()
