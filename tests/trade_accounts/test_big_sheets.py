"""Large files of users and addresses: each row takes a bounded number of statements (T5, T6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_sheets import LAREDO, previewed
from trade_accounts.models import Address, Membership, TradeAccount
from trade_accounts.states import MembershipType

pytestmark = pytest.mark.django_db
#: Rows of a file that are compared with half as many.
ROWS = 20
#: Statements that one row may take: lock, read, check, write, record, bring grants up to date.
OF_AN_ADDRESS, OF_A_USER = 14, 20


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def statements(client: Client, where: str) -> int:
    """How many statements confirming the previewed file takes."""
    with CaptureQueriesContext(connection) as asked:
        assert client.post(where).status_code == 302
    return len(asked)


def places(first: int, count: int) -> list[list[Any]]:
    """Rows of different addresses."""
    return [[f"Dock {n}", *LAREDO[1:2], f"{n} Mines Road", *LAREDO[3:]] for n in
            range(first, first + count)]  # fmt: skip


def test_t5_an_address_of_a_file_takes_no_more_statements_in_a_long_file(
    client: Client, account: TradeAccount
) -> None:
    where, _rows = previewed(client, account, *places(1_000, ROWS // 2), kind="addresses")
    few = statements(client, where)
    where, _rows = previewed(client, account, *places(3_000, ROWS), kind="addresses")
    many = statements(client, where)
    assert Address.objects.count() == ROWS // 2 + ROWS
    each = (many - few) / (ROWS // 2)
    assert each <= OF_AN_ADDRESS


def test_t4_a_user_of_a_file_takes_no_more_statements_in_a_long_file(
    client: Client, account: TradeAccount
) -> None:
    counts = []
    for count in (ROWS // 2, ROWS):
        people = [make_member(account, one) for one in UserFactory.create_batch(count)]
        rows = [[one.email, "", "", "", "", "", "Company Administrator"] for one in people]
        where, _read = previewed(client, account, *rows)
        counts.append(statements(client, where))
    administrators = Membership.objects.filter(type=MembershipType.COMPANY_ADMINISTRATOR)
    assert administrators.count() == 1 + ROWS // 2 + ROWS
    each = (counts[1] - counts[0]) / (ROWS // 2)
    assert each <= OF_A_USER
