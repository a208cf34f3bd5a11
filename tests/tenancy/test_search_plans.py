"""Staff search thousands of companies by their indexes, behind row-level security, too (ADR 18).

PostgreSQL evaluates a policy before conditions that could reveal values, and an index can answer
such a condition only if no policy stands before it.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from audit.selectors import Facts
from audit.selectors.facts import differing
from core import search, tenancy
from core.access import Access, for_user
from core.ids import new_id
from core.listing import Listing
from messages_app.listings import MOST_NAMES, threads_listing
from messages_app.models import Message, SearchedText, Thread
from messages_app.selectors.threads import threads_of
from security_models.models import SecurityModel
from security_models.selectors.search import by_words
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
from tests.superuser import ALIAS, superuser
from trade_accounts.models import Membership
from trade_accounts.selectors.search import PERSON

pytestmark = pytest.mark.django_db

INDEXES = (
    "account_words", "member_words", "user_words", "model_reference_parts", "account_number_parts",
    "identifier_parts", "searched_words",
)  # fmt: skip


#: Seals of the messages of other threads.
SEALS = """
    INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash)
    SELECT now(), 'messages_app_message', n, 'thread_id', md5(n::text), 'security_model:x', ''
    FROM generate_series(1, 2000) n
"""
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
        SearchedText.objects.filter(search.folded_contains("mulberry", "words")),
    )
    plans = "".join(rows.explain() for rows in searches)
    return {name for name in INDEXES if name in plans}


def test_the_words_that_staff_search_for_are_answered_by_indexes() -> None:
    assert _used(for_user(UserFactory.create(staff_role="scss"))) == set(INDEXES)


def test_behind_the_policies_of_partners_an_index_could_not_answer() -> None:
    """The test before this one would notice a policy in the way of staff."""
    assert _used(for_user(UserFactory.create())) == {"user_words"}


@pytest.mark.django_db(transaction=True)
def test_p8_what_left_a_thread_is_looked_up_by_an_index_behind_the_policies_too() -> None:
    """Otherwise opening a thread would read the seal of every message of the program."""
    with CaptureQueriesContext(connection) as captured:
        assert differing([Facts(Message, "thread_id", [new_id()])]) == []
    with superuser() as cursor, transaction.atomic(using=ALIAS):
        cursor.execute(SEALS)
        cursor.execute("ANALYZE audit_seal")
        cursor.execute("SET LOCAL ROLE portal_app")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        transaction.set_rollback(True, using=ALIAS)
    assert "seal_part" in plan, plan


def test_m2_the_newest_threads_of_the_program_are_read_from_an_index() -> None:
    """Management's list would sort all of them."""
    management = for_user(UserFactory.create(staff_role="management"))
    tenancy.bind(management)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = threads_of(management).order_by("-last_message_at", "pk").values("pk")[:26].explain()
    assert "thread_newest_of_all" in plan and "Sort" not in plan, plan


def test_m2_a_search_among_few_accounts_looks_at_no_text_of_others() -> None:
    """However common a word is: the index of words would read the texts of the whole program."""
    tenancy.bind(for_user(UserFactory.create(staff_role="scss")))
    model = make_model(make_account())
    with transaction.atomic(), connection.cursor() as cursor:
        for way in OTHER_WAYS:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        every = _search_plan(threads_listing([model] * (MOST_NAMES + 1), is_staff=True))
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    among = _search_plan(threads_listing([model], is_staff=True))
    assert "searched_words" in every, every
    assert "searched_words" not in among, among
    assert "Seq Scan on messages_app_searchedtext" not in among, among


def test_m2_a_mistyped_word_is_compared_with_subjects_of_these_accounts_only() -> None:
    model = make_model(make_account())
    sql = str(_searched(threads_listing([model], is_staff=True)).query)
    assert sql.count(f"U0.\"security_model_id\" = ANY ([UUID('{model.pk}')])") == 3, sql


def _searched(listing: Listing) -> QuerySet[Thread]:
    search_box = next(one for one in listing.filters if one.key == "q")
    return search_box.apply(Thread.objects.all(), "mulberry")


def _search_plan(listing: Listing) -> str:
    return str(_searched(listing).explain())
