"""What is read of a business type to be shown is compared in the query that reads it (P8)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, product

SEALED_ALONE = {"account_number", "certified_on"}
#: What reads a column into something else than a row of its table.
READS = {"JSONObject", "values", "values_list", "F"}
#: Where a row or fact is asked for its number or date, and what compared it.
COMPARED = {
    "security_models/facts/model_facts.py": "made from what numbered() gave",
    "security_models/listings.py": "the facts of a model",
    "portal/switcher.py": "the facts of a model",
    "portal/switcher_lines.py": "the facts of a model",
    "security_models/selectors/company_profile.py": "business_types_of()",
    "security_models/services/staff.py": "written a moment before",
    "security_profile/selectors/annual_reviews.py": "require_dates()",
    "security_profile/selectors/review_list.py": "the types of the same account",
    "security_profile/to_do/profiles.py": "the facts of a model",
    "security_profile/selectors/due_reviews.py": "review_of(), before anyone is told of it",
    "svi/signing.py": "dated_types()",
    "reviews/selectors/management.py": "require_dates()",
}


def _reads(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [*node.args, *(one.value for one in node.keywords)]
            names = {
                str(one.value).split("__")[-1] for one in given if isinstance(one, ast.Constant)
            }
            if called in READS and names & SEALED_ALONE:
                yield f"{module.name}:{node.lineno} {called}"


def _asks(module: Module) -> bool:
    every = module.nodes
    called = {id(node.func) for node in every if isinstance(node, ast.Call)}
    named = (one for one in every if isinstance(one, ast.Attribute) and id(one) not in called)
    return any(one.attr in SEALED_ALONE for one in named)


def test_p8_no_query_hands_out_a_number_or_date_that_it_did_not_compare() -> None:
    """``security_models.grants.numbered`` reads them; it raises if one was altered."""
    assert [found for module in product() for found in _reads(module)] == []


def test_p8_rows_are_asked_for_them_only_where_they_were_compared() -> None:
    assert {module.name for module in product() if _asks(module)} == {*COMPARED}
