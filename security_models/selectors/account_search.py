"""Finds the trade accounts of a person by words: names, references, numbers (N1, R6).

Account numbers and business entity IDs find only the accounts in which the person is a contact: a
member without that role sees name, type and status (R6). A number that identifies a person is
found by its whole value alone, which is compared as a keyed hash and never kept in an address.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core import search
from security_models.facts.identifier_formats import reading
from security_models.models import (
    BusinessTypeAccount,
    EntityIdentifier,
    IdentifierType,
    SecurityModel,
)
from security_models.selectors.numbers_and_papers import value_hash
from security_models.selectors.search import without_leading_zeros
from security_models.selectors.workplaces import accounts_of_contact
from trade_accounts.models import TradeAccount
from trade_accounts.selectors.search import accounts_named

Ids = QuerySet[Any, Any]
#: Digits of a Social Security number. Shorter texts cannot hold one, so its forms are not read.
_DIGITS = 9


def accounts_by_words(rows: QuerySet[TradeAccount], text: str, user_id: Any) -> QuerySet[Any]:
    """Trade accounts among these that contain every word, for a person; adds no statement."""
    return search.by_words(
        rows,
        text,
        exact=lambda word: _exact(word, user_id),
        similar=lambda word: accounts_named(word, similar=True),
    )


def _exact(word: str, user_id: Any) -> Ids:
    named = accounts_named(word)
    if not search.is_number(word):
        return named
    own = accounts_of_contact(user_id).values("pk")
    by_reference = SecurityModel.objects.filter(search.contains_number(word, "reference"))
    numbers = Q(search.contains_number(word, "shown"), type__masked=False)
    if (bare := without_leading_zeros(word)) != word:
        kept_bare = Q(type__normalisation__contains="leading_zeros")
        numbers |= kept_bare & Q(search.contains_number(bare, "shown"))
    types = BusinessTypeAccount.objects.filter(search.contains_number(word, "account_number"))
    entered = EntityIdentifier.objects.filter(numbers)
    return named.union(
        by_reference.order_by().values("trade_account_id"),
        *(
            found.filter(security_model__in=own)
            .order_by()
            .values("security_model__trade_account_id")
            for found in (types, entered)
        ),
    )


def personal_hash(rows: QuerySet[TradeAccount], text: str, user_id: Any) -> str:
    """The hash of a whole number that identifies a person; empty if the text is none.

    Nine digits without hyphens may be another number: they count only if accounts are found.
    """
    if sum(one.isdigit() for one in text) != _DIGITS:
        return ""
    for type in IdentifierType.objects.filter(masked=True):
        found = reading(text, type)
        if found is None:
            continue
        hashed = value_hash(type, found.value)
        if found.as_written or accounts_with_hash(rows, hashed, user_id).exists():
            return hashed
    return ""


def accounts_with_hash(rows: QuerySet[TradeAccount], hashed: str, user_id: Any) -> QuerySet[Any]:
    """Trade accounts among these with this number in one where the person is a contact."""
    entered = EntityIdentifier.objects.filter(
        value_hash=hashed, security_model__in=accounts_of_contact(user_id).values("pk")
    )
    return rows.filter(pk__in=entered.order_by().values("security_model__trade_account_id"))
