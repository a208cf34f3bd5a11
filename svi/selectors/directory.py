"""Finds companies that can be asked to monitor one (SVI3).

The view shows companies that consent and are certified, and only to such companies. So what is
found, how much and how mistyped it may be, follows from them alone.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, Q, QuerySet

from core import search
from security_models.models import SecurityModel
from svi.models import DirectoryEntry, DirectoryType

NAMES = ("name", "doing_business_as")
#: Fewer letters find too much.
LEAST_LETTERS = 3
#: More are not shown: whoever looks for one company types more of its name.
MOST_FOUND = 20
#: Companies that all lines of a list find together.
MOST_LISTED = 1000


def says_enough(text: str) -> bool:
    """Whether a text has a word that does not find too much: three letters, or two of a script of
    which a letter is a word or syllable (Chinese, Japanese, Korean).
    """
    return any(_weight(word) >= LEAST_LETTERS for word in text.split())


def _weight(word: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in word)


def companies_found(text: str, own: Iterable[SecurityModel]) -> QuerySet[DirectoryEntry]:
    """Companies whose names, or one of whose account numbers, contain every word; by name.

    One's own accounts are not found. The caller cuts at ``MOST_FOUND``. Each word is looked up by
    its index before companies are read: there may be 100,000.
    """
    own_ids = [one.pk for one in own]
    rows = DirectoryEntry.objects.all()
    for word in text.split()[: search.WORDS_AT_MOST]:
        rows = rows.filter(search.one_of_found(_found(word, own_ids)))
    return rows.order_by("name", "pk")


def companies(ids: Collection[uuid.UUID]) -> list[DirectoryEntry]:
    """Those of these companies that can be asked, by name."""
    return list(DirectoryEntry.objects.filter(pk__in=ids).order_by("name", "pk"))


def _found(word: str, own: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """Companies with this word in a name, or in a number. If there is none, the word may be
    mistyped.
    """
    others = DirectoryEntry.objects.exclude(pk__in=own).order_by()
    named = others.filter(search.contains(word, *NAMES)).values("pk")
    parts: list[QuerySet[Any, Any]] = [named]
    if search.is_number(word):
        numbered = DirectoryType.objects.exclude(security_model_id__in=own).order_by()
        numbered = numbered.filter(search.contains_number(word, "number"))
        parts.append(numbered.values("security_model_id"))
    if search.may_be_mistyped(word):
        nowhere = [~Exists(part) for part in parts]
        parts.append(others.filter(search.similar(word, *NAMES), *nowhere).values("pk"))
    first, *more = parts
    return first.union(*more) if more else first


def types_of(entries: Iterable[DirectoryEntry]) -> dict[uuid.UUID, list[DirectoryType]]:
    """What each of these companies is certified as; one query."""
    found: dict[uuid.UUID, list[DirectoryType]] = {}
    rows = DirectoryType.objects.filter(security_model_id__in=[one.pk for one in entries])
    for row in rows.order_by("name", "number"):
        found.setdefault(row.security_model_id, []).append(row)
    return found


def companies_listed(
    lines: Collection[str], own: Iterable[SecurityModel]
) -> tuple[list[DirectoryEntry], dict[str, uuid.UUID]]:
    """Companies whose names contain a line, and those with that number; two queries."""
    numbers = [line for line in lines if line.isdecimal()]
    numbered = dict(
        DirectoryType.objects.filter(number__in=numbers).values_list("number", "security_model_id")
    )
    wanted = Q(pk__in=numbered.values())
    for line in lines:
        wanted |= Q(search.contains(line, *NAMES))
    rows = DirectoryEntry.objects.filter(wanted).exclude(pk__in=[one.pk for one in own])
    return list(rows.order_by("name", "pk")[:MOST_LISTED]), numbered
