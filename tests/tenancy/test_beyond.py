"""What works beyond the acting user's companies: a short list, each part with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.db import connection

from core import tenancy
from core.access import Access
from core.row_security import ALL_ROWS, APP
from tests.architecture.source import product

#: Where such a block stands: module and function.
BEYOND = {
    # A key of a form that is taken by another company's row is refused in the usual words.
    "core/concurrency.py made_before",
    "security_models/services/identifiers.py add_identifier",
    "trade_accounts/services/accounts.py create",
    # It belongs to no company before.
    "security_models/services/identifiers.py _claim",
    "security_models/services/identifiers.py _release",
    # The company is known only afterwards.
    "trade_accounts/services/keys.py key_holder",
    "trade_accounts/selectors/people.py invitation_by_hash",
    "trade_accounts/selectors/people.py invitation_of",
    "trade_accounts/services/invitations.py link_problem",
    "trade_accounts/services/invitations.py begin_set_up",
    "trade_accounts/services/invitations.py accept",
    "trade_accounts/services/invitations.py decline",
    # Read once for all readers of a process; holds no text and no account.
    "messages_app/selectors/banners.py _published",
    # Who has read a thread is known to this person only.
    "messages_app/services/readings.py arrived",
    # What one company does with another is read, recorded and told on both sides.
    "svi/selectors/overview.py names_of",
    "svi/selectors/relations.py _companies_lost_since",
    "svi/services/both_sides.py lock_consents",
    "svi/services/both_sides.py companies_named",
    "svi/services/both_sides.py begin",
    "svi/services/both_sides.py move",
    "svi/services/both_sides.py record_other",
    "svi/services/both_sides.py tell_other",
    "svi/services/consent.py _end_monitoring",
    "svi/services/proofs.py note_opened",
    "svi/selectors/proofs.py found_proof",
    # What two companies ask, decide and carry out together (T8, T9).
    "operations/presentation/request_page.py timeline_of",
    "operations/selectors/parties.py has_security_models",
    "operations/selectors/parties.py linked_to",
    "operations/selectors/parties.py names_of_administrators",
    "operations/selectors/parties.py parent_name",
    "operations/selectors/parties.py parties",
    "operations/selectors/requests.py sent_since",
    "operations/selectors/requests.py split_off",
    "operations/services/applying.py apply",
    "operations/services/both_sides.py administrators",
    "operations/services/both_sides.py lives_on",
    "operations/services/both_sides.py move",
    "operations/services/both_sides.py record_in_both",
    "operations/services/both_sides.py tell",
    "operations/services/ending.py ended_by",
    "operations/services/locking.py _split_problems",
    "operations/services/locking.py locked_request",
    "operations/services/plans.py effects_of",
    "operations/services/plans.py unsettled",
    "trade_accounts/selectors/moved.py merged_into",
    "trade_accounts/selectors/moved.py closed_accounts",
    "trade_accounts/selectors/history.py history_page",
    # An event is kept for the company that it is for.
    "webhooks/services/emitting.py emit",
    # Events of the program are shown to staff only.
    "files/services/previews.py note_viewing",
    # A person has the same address in every company.
    "files/services/prints.py follow_address",
    "notifications/services/sending.py forget_address",
    "trade_accounts/services/emails.py follow_address",
    # A saved view is its owner's, also when a company removes that person.
    "trade_accounts/services/saved_views.py stop_sharing",
    "trade_accounts/services/handovers.py _pass_views",
}


def _blocks() -> Iterator[str]:
    for module in product():
        if module.name == "core/tenancy.py":
            continue
        for function in module.functions():
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("beyond_tenants"):
                    yield f"{module.name} {function.name}"


def test_i4_what_works_beyond_ones_own_companies_is_listed() -> None:
    assert set(_blocks()) == BEYOND


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_i4_a_block_beyond_ends_with_itself_and_with_a_failure() -> None:
    tenancy.bind(Access())
    with tenancy.beyond_tenants("a test"):
        assert _role() == ALL_ROWS
    assert _role() == APP
    with pytest.raises(LookupError), tenancy.beyond_tenants("a test"):
        raise LookupError
    assert _role() == APP


def test_i4_a_block_beyond_says_why() -> None:
    with pytest.raises(ValueError, match="needs a reason"), tenancy.beyond_tenants(""):
        pass
