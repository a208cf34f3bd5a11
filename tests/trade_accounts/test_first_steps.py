"""First steps: one next step after an act, and what is offered so that it need not be asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.ids import new_id
from security_models.models import SecurityModel
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member, make_model
from tests.look.page import Page
from tests.trade_accounts.test_users import _invited
from tests.trade_accounts.test_wizard import HEADQUARTERS, _created
from trade_accounts.models import Address, TradeAccount
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db


def next_step(body: str) -> tuple[str, str] | None:
    """(title, address) of the next step that a page shows; None without one, never two."""
    found = re.findall(
        r'<section class="pp-onward".*?<strong>Next: (.*?)</strong>.*?href="([^"]+)"', body, re.S
    )
    assert len(found) < 2
    return found[0] if found else None


def page(client: Client, name: str, account: TradeAccount, **more: Any) -> str:
    return client.get(reverse(name, args=[account.pk]), more).content.decode()


@pytest.fixture
def creator(client: Client) -> Any:
    user = UserFactory.create()
    client.force_login(user)
    return user


def test_u1_a_new_user_is_asked_to_create_the_trade_account_and_nothing_else(
    client: Client, creator: Any
) -> None:
    body = client.get("/home").content.decode()
    primary = Page(body).all("//main//a[contains(@class, 'usa-button')]/@href")
    assert primary == [reverse("trade_accounts:create")]


def test_t6_an_invited_user_is_asked_to_accept_first(client: Client, creator: Any) -> None:
    account = make_account("Acme Lamps Inc.")
    made = _invited(account, email=creator.email)
    body = client.get("/home").content.decode()
    step = next_step(body)
    assert step is not None
    assert step[1] == reverse("trade_accounts:invitation", args=[made.pk])
    answer = client.post(step[1], {}, follow=True)
    assert next_step(answer.content.decode()) is not None
    assert "Inc.." not in answer.content.decode()


def test_t1_a_step_of_the_wizard_is_completed_only_when_it_is(client: Client, creator: Any) -> None:
    _created(client)
    account = TradeAccount.objects.get()

    def completed(name: str) -> list[str]:
        body = page(client, f"trade_accounts:{name}", account)
        steps = re.findall(r"<li\s+class=.*?</li>", body.split('class="pp-steps"')[1], re.S)
        done = [one for one in steps if re.search(r">\s*completed\s*<", one)]
        return [re.findall(r"<span>(.*?)</span>", one)[0] for one in done]

    assert completed("users") == ["Company Information"]
    assert completed("summary") == ["Company Information", "Users"]
    client.post(reverse("trade_accounts:address-add", args=[account.pk]), _headquarters())
    assert completed("users") == ["Company Information", "Addresses"]


def _headquarters() -> dict[str, Any]:
    return {**HEADQUARTERS, "form_key": str(new_id())}


def test_t1_after_the_trade_account_is_saved_the_next_step_is_an_application(
    client: Client, creator: Any
) -> None:
    _created(client)
    account = TradeAccount.objects.get()
    client.post(reverse("trade_accounts:address-add", args=[account.pk]), _headquarters())
    summary = reverse("trade_accounts:summary", args=[account.pk])
    body = client.post(summary, {}, follow=True).content.decode()
    assert next_step(body) == (
        "Start a C-TPAT application",
        reverse("security_models:start", args=[account.pk]),
    )
    assert next_step(client.get(summary).content.decode()) is None


def test_t4_the_nudge_for_a_second_user_goes_when_the_second_is_invited(
    client: Client, creator: Any
) -> None:
    account = make_account(administrator=creator)
    assert "Only one user has access" in page(client, "trade_accounts:users", account)
    assert "Add a second user" in client.get("/tasks").content.decode()
    make_member(account, state=MembershipState.INVITED)
    assert "Only one user has access" not in page(client, "trade_accounts:users", account)
    assert "Add a second user" not in client.get("/tasks").content.decode()


def test_an_empty_list_has_no_filters_and_says_what_to_do(client: Client, creator: Any) -> None:
    account = make_account(administrator=creator)
    body = page(client, "security_models:accounts", account)
    assert "pp-filters" not in body and "Start an application" in body
    assert "pp-filters" in page(client, "security_models:accounts", account, q="nothing")
    make_model(account, creator)
    assert "pp-filters" in page(client, "security_models:accounts", account)


def _choice(client: Client, model: SecurityModel) -> dict[str, list[str]]:
    url = reverse("security_models:addresses", args=[model.trade_account_id, model.pk])
    body = client.get(url).content.decode()
    inputs = re.findall(r"<input[^>]*>", body)
    checked = [one for one in inputs if " checked" in one]
    return {
        role: [re.findall(r'value="([^"]+)"', one)[0] for one in checked if f'name="{role}"' in one]
        for role in ("primary", "mailing", "secondary")
    }


def test_s4_the_headquarters_are_preselected_and_nothing_is_saved_by_it(
    client: Client, creator: Any
) -> None:
    account = make_account(administrator=creator)
    model = make_model(account, creator)
    depot, seat = (
        Address.objects.create(
            trade_account=account, types=[kind], country="US", street1="1 A", city="Laredo",
            state="TX", postal_code="78040", created_at=clock.now(),
        )
        for kind in ("cargo_handling", "headquarters")
    )  # fmt: skip
    assert _choice(client, model) == {
        "primary": [str(seat.pk)], "mailing": [str(seat.pk)], "secondary": [],
    }  # fmt: skip
    assert not model.addresses.exists()
    model.addresses.create(address=depot, trade_account_id=account.pk, is_primary=True)
    assert _choice(client, model)["primary"] == [str(depot.pk)]
    assert _choice(client, model)["mailing"] == [str(seat.pk)]


def test_u2_questions_are_a_list_at_the_field(client: Client, creator: Any) -> None:
    body = client.get(reverse("identity:questions")).content.decode()
    assert body.count('data-fills="id_question_') == 3
    assert body.count('list="suggested-questions"') == 3
