"""The boxes at the left are kept by what they show, so they never show anything else."""

from __future__ import annotations

import pytest
from django.test import Client

from identity.models import User
from portal.templatetags import kept
from tests.factories import change_requests
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member, make_model
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db


def _boxes_of(user: User, account: TradeAccount) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/t/{account.pk}/profile/company")
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[
        page.index('<nav\n  class="pp-boxes') : page.index("</nav>", page.index("pp-boxes"))
    ]


def test_no_reader_sees_the_boxes_of_another_and_none_sees_an_old_name() -> None:
    mine, yours = UserFactory.create(), UserFactory.create()
    marigold = make_account("Marigold Freight", administrator=mine)
    juniper = make_account("Juniper Cold Storage", administrator=yours)
    for _ in range(2):
        assert "Juniper" not in _boxes_of(mine, marigold)
        assert "Marigold" not in _boxes_of(yours, juniper)
    TradeAccount.objects.filter(pk=marigold.pk).update(name="Marigold <Air> Freight")
    assert "Marigold &lt;Air&gt; Freight" in _boxes_of(mine, marigold)
    assert "Marigold Freight" not in _boxes_of(mine, marigold)


def test_n1_the_box_counts_the_change_requests_of_the_company_that_wait_for_the_reader_alone() -> (
    None
):
    user = UserFactory.create()
    account = make_account("Marigold Freight", administrator=user)
    model = make_model(account)
    assert ">Change requests</span>" in _boxes_of(user, account)
    change_requests.number_row(model)
    change_requests.name_row(account)
    change_requests.name_row(make_account("Juniper Cold Storage", administrator=user))
    assert "Change requests (2 open)" in _boxes_of(user, account)
    colleague = make_member(account).user
    assert colleague is not None  # and not a contact: numbers are not theirs to see (R6)
    assert "Change requests (1 open)" in _boxes_of(colleague, account)


def test_the_same_boxes_are_drawn_once() -> None:
    user = UserFactory.create()
    account = make_account("Marigold Freight", administrator=user)
    _boxes_of(user, account)
    before = kept._drawn.cache_info()
    _boxes_of(user, account)
    after = kept._drawn.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
