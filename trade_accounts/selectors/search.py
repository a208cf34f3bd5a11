"""Finds companies by words, and by the people who work there; queries for ids, by index."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core import search
from identity.models import User
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState

Ids = QuerySet[Any, Any]
PERSON = ("first_name", "last_name", "email")
PRESENT = (MembershipState.INVITED, MembershipState.ACTIVE)


def accounts_named(word: str, *, similar: bool = False) -> Ids:
    """Ids of trade accounts by name or by doing-business-as name."""
    found = search.similar if similar else search.contains
    rows = TradeAccount.objects.filter(found(word, "name", "doing_business_as"))
    return rows.order_by().values("pk")


def accounts_of_people(word: str, *, similar: bool = False) -> Ids:
    """Ids of trade accounts by the people who work there: by their name when added, or by
    today's.
    """
    found = search.similar if similar else search.contains
    people = User.objects.filter(found(word, *PERSON), staff_role="")
    called = Membership.objects.filter(state__in=PRESENT, user__in=people.values("pk"))
    typed = Membership.objects.filter(found(word, *PERSON), state__in=PRESENT)
    return _accounts(typed).union(_accounts(called))


def people_of_companies(word: str, similar: bool) -> Ids:
    """Ids of the people who work for companies with this word in their name."""
    rows = Membership.objects.filter(
        Q(trade_account__in=accounts_named(word, similar=similar)),
        state=MembershipState.ACTIVE,
    )
    return rows.order_by().values("user_id")


def _accounts(rows: QuerySet[Membership]) -> Ids:
    return rows.order_by().values("trade_account_id")
