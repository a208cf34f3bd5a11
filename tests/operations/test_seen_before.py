"""Whoever sends or decides has seen what it does, and reaches what was decided (T8, T9)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.account_moves import Plan
from core.errors import Refused
from operations.models import TradeAccountRequest
from operations.services import deciding
from operations.states import RequestStatus
from tests.factories.models import make_address
from tests.factories.operations import (
    agreed,
    approved,
    drafted,
    entering,
    sent,
    shown,
    two_accounts,
)
from tests.factories.people import UserFactory
from tests.factories.trade import make_model
from tests.operations.test_pages import client_of
from trade_accounts.services.account_moves import preview

pytestmark = pytest.mark.django_db


def test_t8_a_reason_that_was_changed_in_another_tab_is_not_sent_unseen() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below)
    seen = shown(draft)
    drafted("link", top, asker, below, reason="Another reason, written in the second tab of mine.")
    with pytest.raises(Refused) as refused:
        deciding.send(actor=entering(top, asker), request_id=draft.pk, shown=seen)
    assert "changed since you opened this page" in str(refused.value.problems[0].message)
    assert TradeAccountRequest.objects.get().status == RequestStatus.DRAFT


@pytest.mark.parametrize("name", ["Quillfeather Trading", "  quillfeather  TRADING "])
def test_t9_a_split_founds_no_second_account_of_the_same_name(name: str) -> None:
    account, _other, asker = two_accounts()
    own = [make_address(account).pk]
    with pytest.raises(Refused) as refused:
        sent("split", account, asker, new_name=name, address_ids=own)
    assert "same_name" in {one.code for one in refused.value.problems}


def test_t9_a_merge_says_who_loses_a_type_that_the_person_has_now() -> None:
    first, second, asker = two_accounts()
    plan = Plan(source=first.pk, target=second.pk, closes=True)
    (both,) = (one for one in preview(plan) if one.code == "users_in_both")
    assert both.names == (f"{asker.name} (User; no longer Company Administrator)",)


def test_t8_management_reaches_what_was_decided_when_nothing_waits() -> None:
    top, below, asker = two_accounts()
    make_model(below)
    request = approved(agreed(sent("link", top, asker, below)))
    boss = client_of(UserFactory.create(staff_role="management"))
    page = boss.get(reverse("operations:queue"))
    assert request.reference not in page.content.decode()
    every = boss.get(page.context["every_url"]).content.decode()
    assert request.reference in every and "Applied" in every
