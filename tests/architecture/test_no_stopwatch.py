"""No test passes or fails by how long something took, and all wait with the same patience.

Nor does one wait for what may not come: that takes all of the patience.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
from django.conf import settings

TESTS = sorted((Path(settings.BASE_DIR) / "tests").rglob("*.py"))
CLOCKS = {"monotonic", "perf_counter", "process_time"}
#: Names of parameters that say how many seconds to wait.
WAITS = {"timeout"}
#: A method that waits until it finds what it looks for (``tests.browser.desk``).
LOOKS = "reads"
#: A file without any of these words has none of the faults.
WORDS = {*CLOCKS, *WAITS, f".{LOOKS}("}


def faults_of(tree: ast.AST) -> Iterator[str]:
    """Where a measured time is compared with a number, a wait has a length of its own, or what may
    be missing is waited for.
    """
    for node in ast.walk(tree):
        if _measures(node):
            yield f"line {node.lineno}: compare counts, not times; wait with PATIENCE"
        if isinstance(node, ast.keyword) and node.arg in WAITS and _is_short(node.value):
            yield f"line {node.value.lineno}: wait with PATIENCE"
        if _may_be_missing(node):
            yield f"line {node.lineno}: ask the page what is there, do not wait for it"


def _measures(node: ast.AST) -> TypeGuard[ast.Compare | ast.BinOp]:
    """Whether a sum or comparison has to do with a clock and with a number."""
    if not isinstance(node, ast.Compare | ast.BinOp):
        return False
    clocks = (isinstance(one, ast.Attribute) and one.attr in CLOCKS for one in ast.walk(node))
    numbers = (isinstance(one, ast.Constant) for one in ast.iter_child_nodes(node))
    return any(clocks) and any(numbers)


def _is_short(value: ast.expr) -> bool:
    """Whether a slow machine might need longer; long waits are those that nobody waits for."""
    seconds = value.value if isinstance(value, ast.Constant) else None
    return isinstance(seconds, int | float) and 0 < seconds < 120


def _may_be_missing(node: ast.AST) -> TypeGuard[ast.If | ast.While | ast.IfExp | ast.UnaryOp]:
    """Whether a condition waits for words, or a test for their absence."""
    if isinstance(node, ast.UnaryOp):
        condition: ast.expr = node.operand
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        condition = node.test
    else:
        return False
    return any(isinstance(one, ast.Attribute) and one.attr == LOOKS for one in ast.walk(condition))


def test_no_test_is_a_stopwatch() -> None:
    sources = {str(one): one.read_text("utf-8") for one in TESTS}
    found = {
        name: list(faults_of(ast.parse(source)))
        for name, source in sources.items()
        if any(word in source for word in WORDS)
    }
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "source",
    [
        "assert time.monotonic() - began < 2",
        "until = time.monotonic() + 10",
        "wait(timeout=5)",
        "if desk.reads('Refused'): pass",
        "assert not desk.reads('Refused')",
    ],
)
def test_a_stopwatch_is_found(source: str) -> None:
    assert list(faults_of(ast.parse(source)))
