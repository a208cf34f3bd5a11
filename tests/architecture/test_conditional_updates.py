"""If a decision depends on a value read before, the update names the state that it relies on.

An update of one row by its primary key alone overwrites what happened since the row was read. It is
allowed in a function that locks the row, and if the database computes the new value from the old
one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, product

KEYS = {"pk", "id", "pk__in", "id__in"}

#: Places whose row is locked by the caller, made in the same transaction, or overwritten on
#: purpose, each with its reason.
LOCKED_ELSEWHERE = {
    "identity/services/calendars.py:calendar_holder": "the newest use wins",
    "identity/services/email_change.py:undo_email_change": "_used has used up this link for us",
    "notifications/services/sending.py:forget_address": "ids of rows given up on purpose",
    "security_profile/services/responses.py:_revise": "the response of the revision is locked",
    "trade_accounts/services/keys.py:key_holder": "the newest use wins",
}


def _functions(module: Module) -> Iterator[ast.FunctionDef]:
    return (node for node in module.nodes if isinstance(node, ast.FunctionDef))


def _by_key_alone(node: ast.AST) -> bool:
    """Whether this is ``….filter(pk=…).update(name=value)`` with no other condition."""
    if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update"):
        return False
    rows = getattr(node.func, "value", None)
    if not (isinstance(rows, ast.Call) and getattr(rows.func, "attr", "") == "filter"):
        return False
    names = {one.arg for one in rows.keywords}
    counted = [isinstance(one.value, ast.BinOp) for one in node.keywords]
    return not rows.args and names <= KEYS and not (counted and all(counted))


def _unnamed(module: Module) -> Iterator[str]:
    for function in _functions(module):
        found = any(_by_key_alone(node) for node in ast.walk(function))
        locks = "select_for_update" in ast.unparse(function)
        if found and not locks:
            yield f"{module.name}:{function.name}"


SERVICES = [one for one in product() if "services" in one.name]


@pytest.mark.parametrize("module", SERVICES, ids=lambda one: one.name)
def test_an_update_names_the_state_that_it_relies_on(module: Module) -> None:
    assert set(_unnamed(module)) <= set(LOCKED_ELSEWHERE)


def test_what_is_excepted_is_there() -> None:
    found = {place for module in SERVICES for place in _unnamed(module)}
    assert found == set(LOCKED_ELSEWHERE)
