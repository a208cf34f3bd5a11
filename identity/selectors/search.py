"""Finds people by words in their name and address and, for the helpdesk, in the names of their
companies.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core import search
from identity.models import User
from identity.providers import people_of_companies

PERSON = ("first_name", "last_name", "email")
Ids = QuerySet[Any, Any]


def by_person(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """People whose name or address contains every word."""
    return search.by_words(rows, text, exact=_called, similar=_much_like)


def by_person_or_company(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """The same, but a word may also be part of the name of a company that they work for."""
    return search.by_words(
        rows,
        text,
        exact=lambda word: _called(word).union(*people_of_companies(word, False)),
        similar=lambda word: _much_like(word).union(*people_of_companies(word, True)),
    )


def _called(word: str) -> Ids:
    return User.objects.filter(search.contains(word, *PERSON)).order_by().values("pk")


def _much_like(word: str) -> Ids:
    return User.objects.filter(search.similar(word, *PERSON)).order_by().values("pk")
