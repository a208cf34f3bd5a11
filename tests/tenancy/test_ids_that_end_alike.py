"""A policy looks an id up among those that end alike, whatever was set before (ADR 18)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from core.access import for_user
from core.tenancy import bind
from tests.factories.people import UserFactory
from tests.factories.trade import make_account
from tests.scopes import without_scope
from trade_accounts.models import Address, TradeAccount

pytestmark = pytest.mark.django_db


def _ask(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_no_policy_searches_the_whole_list_of_ids_for_each_row() -> None:
    searching = _ask(
        "SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public'"
        r" AND concat_ws(' ', qual, with_check) ~ 'strpos\(current_setting\(''app'"
    )
    arrays = _ask(
        "SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public'"
        " AND concat_ws(' ', qual, with_check) ~ 'ANY .*string_to_array'"
    )
    assert (searching, arrays) == ([], [])


def test_who_acts_later_in_a_transaction_sees_nothing_of_who_acted_before() -> None:
    first, second = UserFactory.create(), UserFactory.create()
    hers = {make_account(f"Quarrie {number}", administrator=first).pk for number in range(40)}
    his = make_account(administrator=second).pk
    seen = []
    with without_scope(), transaction.atomic():
        for person in (first, second, first):
            bind(for_user(person))
            seen.append(set(TradeAccount.objects.values_list("pk", flat=True)))
            with pytest.raises(TradeAccount.DoesNotExist):
                TradeAccount.objects.get(pk=his if person == first else min(hers))
    assert seen == [hers, {his}, hers]


def test_of_many_companies_every_row_is_seen_once_and_nothing_else() -> None:
    person, stranger = UserFactory.create(), UserFactory.create()
    own = [make_account(f"Quarrie {number}", administrator=person).pk for number in range(300)]
    make_account(administrator=stranger)
    with without_scope(), transaction.atomic():
        bind(for_user(person))
        assert sorted(TradeAccount.objects.values_list("pk", flat=True)) == sorted(own)
        listed = set(Address.objects.values_list("trade_account_id", flat=True))
    assert listed <= set(own)
