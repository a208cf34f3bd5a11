"""Staff search thousands of companies by their indexes, behind row-level security, too (ADR 18).

PostgreSQL evaluates a policy before conditions that could reveal values, and an index can answer
such a condition only if no policy stands before it.
"""

from __future__ import annotations

import pytest
from django.db import connection

from core import search, tenancy
from core.access import Access, for_user
from security_models.models import SecurityModel
from security_models.selectors.search import by_words
from tests.factories.people import UserFactory
from trade_accounts.models import Membership
from trade_accounts.selectors.search import PERSON

pytestmark = pytest.mark.django_db

INDEXES = (
    "account_words", "member_words", "user_words", "model_reference_parts", "account_number_parts",
    "identifier_parts",
)  # fmt: skip


#: Ways to read and join rows that need no search index.
OTHER_WAYS = ("seqscan", "indexscan", "indexonlyscan", "nestloop", "mergejoin")


def _used(access: Access) -> set[str]:
    """The search indexes in the plan of a search by a word and a number."""
    tenancy.bind(access)
    with connection.cursor() as cursor:
        # A search index is used wherever one can be, whatever is known of the sizes of the tables.
        for way in OTHER_WAYS:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    searches = (
        by_words(SecurityModel.objects.all(), "mulberry 555"),
        Membership.objects.filter(search.contains("mulberry", *PERSON)),
    )
    plans = "".join(rows.explain() for rows in searches)
    return {name for name in INDEXES if name in plans}


def test_the_words_that_staff_search_for_are_answered_by_indexes() -> None:
    assert _used(for_user(UserFactory.create(staff_role="scss"))) == set(INDEXES)


def test_behind_the_policies_of_partners_an_index_could_not_answer() -> None:
    """The test before this one would notice a policy in the way of staff."""
    assert _used(for_user(UserFactory.create())) == {"user_words"}
