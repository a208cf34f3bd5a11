"""Finds C-TPAT accounts by words: in names of the company and its people, and in parts of numbers.

One statement for any number of words; an index answers each place of a word. Social Security
numbers cannot be found: masked identifiers are left out, and encrypted values are never compared.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db.models import Q, QuerySet

from core import search
from security_models.models import BusinessTypeAccount, EntityIdentifier, SecurityModel
from trade_accounts.selectors.search import accounts_named, accounts_of_people

Ids = QuerySet[Any, Any]


def by_words(rows: QuerySet[Any], text: str, field: str = "pk") -> QuerySet[Any]:
    """Rows whose security model contains every word; ``field`` names the model in the rows."""
    return search.by_words(rows, text, exact=_exact, similar=_similar, field=field)


def ids_by_words(models: QuerySet[SecurityModel], text: str) -> list[uuid.UUID]:
    """The ids of security models among these that contain every word; one query."""
    return list(by_words(models, text).values_list("pk", flat=True))


def by_company(rows: QuerySet[Any], text: str, field: str = "pk") -> QuerySet[Any]:
    """The same, but only by the name of the company: the pool may not be searched for more (R6)."""
    return search.by_words(
        rows,
        text,
        exact=lambda word: _models(accounts_named(word)),
        similar=lambda word: _models(accounts_named(word, similar=True)),
        field=field,
    )


def _exact(word: str) -> Ids:
    places = [_models(accounts_of_people(word))]
    if search.is_number(word):
        places += [
            _ids(SecurityModel.objects.filter(search.contains_number(word, "reference")), "pk"),
            _of_models(BusinessTypeAccount, search.contains_number(word, "account_number")),
            _of_models(
                EntityIdentifier, Q(search.contains_number(word, "shown"), type__masked=False)
            ),
        ]
    if (bare := without_leading_zeros(word)) != word:
        kept_bare = Q(type__normalisation__contains="leading_zeros")
        number = Q(search.contains_number(bare, "shown"))
        places.append(_of_models(EntityIdentifier, kept_bare & number))
    return _models(accounts_named(word)).union(*places)


def without_leading_zeros(word: str) -> str:
    """A number as it is stored if its type drops the zeros before its digits."""
    return re.sub(r"^([A-Za-z]*-?)0+(?=[0-9]{4})", r"\1", word)


def _similar(word: str) -> Ids:
    found = _models(accounts_named(word, similar=True))
    return found.union(_models(accounts_of_people(word, similar=True)))


def _models(accounts: Ids) -> Ids:
    return _ids(SecurityModel.objects.filter(trade_account__in=accounts), "pk")


def _of_models(table: Any, condition: Any) -> Ids:
    return _ids(table.objects.filter(condition), "security_model_id")


def _ids(rows: QuerySet[Any], name: str) -> Ids:
    return rows.order_by().values(name)
