"""Steps begin only where something can be chosen, and the page says why not (T8, T9)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Refused
from operations.models import TradeAccountRequest
from operations.services import drafts
from operations.services.starting import reasons_against
from tests.factories.operations import agreed, entering, sent, two_accounts
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from trade_accounts.models import TradeAccount
from trade_accounts.states import MembershipType, SetUp

pytestmark = pytest.mark.django_db


def codes(account: TradeAccount, user: Any) -> dict[str, list[str]]:
    found = reasons_against(entering(account, user))
    return {kind: [one.code for one in problems] for kind, problems in found.items()}


def client_of(user: Any) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def test_t8_an_administrator_of_one_of_two_top_accounts_can_link_merge_and_split() -> None:
    top, _below, asker = two_accounts()
    assert codes(top, asker) == {"link": [], "delink": ["not_linked"], "merge": [], "split": []}


def test_t8_who_works_in_one_account_alone_has_no_second_one() -> None:
    account = make_account()
    found = codes(account, account.created_by)
    assert (found["link"], found["merge"]) == (["no_other"], ["no_other"])


def test_t8_who_administers_neither_account_cannot_begin() -> None:
    top, below, _asker = two_accounts()
    user = UserFactory.create()
    make_member(top, user)
    make_member(below, user)
    assert set(map(tuple, codes(top, user).values())) == {("administrator",)}


def test_t8_a_subsidiary_is_delinked_first_and_has_no_account_at_its_level() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    make_member(top, below.created_by)
    found = codes(below, below.created_by)
    assert found == {"link": ["not_top"], "delink": [], "merge": ["level"], "split": []}


def test_t8_without_another_top_account_nothing_is_linked() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    assert codes(top, asker)["link"] == ["no_top"]


def test_t8_an_open_request_stands_in_the_way_of_the_same_one() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    reasons = reasons_against(entering(top, asker))["link"]
    assert [one.code for one in reasons] == ["asked"]
    assert request.reference in str(reasons[0].message)


def test_t8_an_account_that_is_being_set_up_begins_nothing() -> None:
    top, _below, asker = two_accounts()
    TradeAccount.objects.filter(pk=top.pk).update(set_up=SetUp.OPEN)
    assert set(map(tuple, codes(top, asker).values())) == {("unfinished",)}


def test_t8_manage_says_why_instead_of_a_button_and_the_address_refuses_alike() -> None:
    account = make_account()
    client = client_of(account.created_by)
    manage = reverse("operations:manage", kwargs={"trade_id": account.pk})
    start = reverse("operations:start", kwargs={"trade_id": account.pk, "operation": "link"})
    words = str(reasons_against(entering(account, account.created_by))["link"][0].message)
    page = client.get(manage).content.decode()
    assert words in page and f'action="{start}"' not in page
    answer = client.post(start, follow=True)
    assert answer.redirect_chain[0][0] == manage
    assert words in [str(one) for one in answer.context["messages"]]
    assert not TradeAccountRequest.objects.exists()
    with pytest.raises(Refused):
        drafts.start(actor=entering(account, account.created_by), kind="link")


def test_t8_a_draft_goes_on_although_none_could_begin_now() -> None:
    top, below, asker = two_accounts()
    draft = drafts.start(actor=entering(top, asker), kind="link")
    sent("link", below, asker, top, head_id=top.pk)
    page = client_of(asker).get(reverse("operations:manage", kwargs={"trade_id": top.pk}))
    assert "Continue your draft" in page.content.decode()
    assert drafts.start(actor=entering(top, asker), kind="link") == draft


@pytest.mark.parametrize("page", ["start", "discard"])
def test_n1_who_only_opens_the_address_of_a_button_sees_the_page_that_has_it(page: str) -> None:
    top, _below, asker = two_accounts()
    draft = drafts.start(actor=entering(top, asker), kind="split")
    more: dict[str, Any] = {"operation": "link"} if page == "start" else {"operation_id": draft.pk}
    url = reverse(f"operations:{page}", kwargs={"trade_id": top.pk, **more})
    answer = client_of(asker).get(url)
    assert answer["Location"] == reverse("operations:manage", kwargs={"trade_id": top.pk})
    assert TradeAccountRequest.objects.filter(pk=draft.pk).exists()


def test_t8_a_second_account_with_an_open_request_cannot_be_chosen() -> None:
    top, below, asker = two_accounts()
    third = make_account("Halfmoon Logistics")
    make_member(third, asker, MembershipType.COMPANY_ADMINISTRATOR)
    request = sent("merge", top, asker, below)
    draft = drafts.start(actor=entering(top, asker), kind="merge")
    places = {"trade_id": top.pk, "operation_id": draft.pk, "operation_step": "second"}
    page = client_of(asker).get(reverse("operations:step", kwargs=places))
    possible = {one.name: one.is_possible for one in page.context["choices"]}
    assert possible == {"Halfmoon Logistics": True, below.name: False}
    assert request.reference in page.content.decode()
