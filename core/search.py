"""Search by words: all of them, in any order, without accents, tolerating small typing errors.

The database folds both sides (``portal_folded``: NFKC, accents, quotes, dashes and case;
``portal_compact``: letters and digits of a number) and answers from trigram indexes. A word that
occurs nowhere among the rows counts as mistyped: it finds words that differ by one letter, from
five letters on by two (``portal_mistyped``), among those with enough trigrams in common.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db import models
from django.db.models import Exists, F, Func, Lookup, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Contains, GreaterThan

#: Further words would hardly narrow the result.
WORDS_AT_MOST = 8
#: Shorter words, and words with digits, never count as mistyped.
TYPO_FROM = 4
#: How similar the trigrams of the typed and the intended word must be for the index to find it
#: (``core.tenancy`` tells PostgreSQL): two swapped letters in a word of six.
SIMILAR_ENOUGH = "0.25"

#: A query for ids of rows; or conditions on a row of which one must be true, the cheapest first.
Ids = QuerySet[Any, Any] | Exists | Sequence[Q]
#: (word) -> the rows that contain it, or that contain something similar.
IdsOf = Callable[[str], Ids]


class Folded(Func):
    """Columns, joined by spaces and folded for comparison; the index uses the same expression."""

    function = "portal_folded"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


class Compact(Func):
    """A number without the signs between its digits and letters, in capitals."""

    function = "portal_compact"
    output_field = models.TextField()


def contains(word: str, *columns: str) -> Contains:
    """A condition: the columns contain a word."""
    return Contains(Folded(*columns), Folded(Value(word)))


def folded_contains(word: str, column: str) -> Contains:
    """A condition: a column that holds folded text contains a word."""
    return Contains(F(column), Folded(Value(word)))


def folded_has(word: str, column: str) -> GreaterThan:
    """The same condition as :func:`folded_contains` for few rows that another index finds.

    No index answers it, so the rows of everyone else that contain the word are not read first.
    """
    return GreaterThan(StrIndex(F(column), Folded(Value(word))), 0)


def has(word: str, *columns: str) -> GreaterThan:
    """The same condition for columns that are not folded yet: short ones of few rows."""
    return GreaterThan(StrIndex(Folded(*columns), Folded(Value(word))), 0)


class _OneOfFound(Lookup):
    """``column = ANY (ARRAY (subquery))``: the subquery is answered once, before the rows are read,
    and rows are looked up by its ids. ``IN (subquery)`` beside ``OR`` reads every row.
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The comparison in SQL."""
        column, parameters = self.process_lhs(compiler, connection)
        found, of_found = self.process_rhs(compiler, connection)
        return f"{column} = ANY ({found})", (*parameters, *of_found)


def one_of_found(ids: QuerySet[Any, Any], field: str = "pk") -> Lookup:
    """A condition: the field is one of the ids that a query finds; they are found first."""
    return _OneOfFound(F(field), ArraySubquery(ids))


class _Mistyped(Func):
    function = "portal_mistyped"
    output_field = models.BooleanField()


def similar(word: str, *columns: str) -> Q:
    """A condition: the columns contain the word that a mistyped one meant."""
    return _meant(word, Folded(*columns))


def folded_similar(word: str, column: str) -> Q:
    """The same condition for a column that holds folded text."""
    return _meant(word, F(column))


def _meant(word: str, said: Folded | F) -> Q:
    folded = Folded(Value(word))
    return Q(TrigramWordSimilar(said, folded), _Mistyped(said, folded))


def contains_number(word: str, column: str) -> Contains:
    """A condition: a number contains a part, however both are written."""
    return Contains(Compact(column), Compact(Value(word)))


def is_number(word: str) -> bool:
    """Whether a word can be part of a number: it has a letter or digit to compare."""
    return any(character.isalnum() for character in word)


def may_be_mistyped(word: str) -> bool:
    """Whether a word that occurs nowhere may mean another one."""
    return len(word) >= TYPO_FROM and not any(character.isdigit() for character in word)


def by_words(
    rows: QuerySet[Any], text: str, *, exact: IdsOf, similar: IdsOf, field: str = "pk"
) -> QuerySet[Any]:
    """Narrow rows to those that contain every word of a text; adds no statement.

    ``field`` of the rows contains the ids that ``exact`` and ``similar`` give. Only these rows
    decide whether a word is mistyped, so that nobody learns of rows that they may not see.
    """
    among = rows.order_by()
    for word in text.split()[:WORDS_AT_MOST]:
        occurs = _conditions(field, exact(word))
        found = reduce(or_, occurs)
        if may_be_mistyped(word):
            # One by one, each stops at the first row that it finds.
            nowhere = reduce(and_, (~Q(Exists(among.filter(one))) for one in occurs))
            found |= nowhere & reduce(or_, _conditions(field, similar(word)))
        rows = rows.filter(found)
    return rows


def _conditions(field: str, answer: Ids) -> Sequence[Q]:
    if isinstance(answer, QuerySet):
        return [Q(**{f"{field}__in": answer})]
    return [Q(answer)] if isinstance(answer, Exists) else answer
