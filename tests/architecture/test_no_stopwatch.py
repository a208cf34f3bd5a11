"""No test passes or fails by how long something took, and all wait with the same patience."""

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


def faults_of(tree: ast.AST) -> Iterator[str]:
    """Where a measured time is compared with a number, or a wait has a length of its own."""
    for node in ast.walk(tree):
        if _measures(node):
            yield f"line {node.lineno}: compare counts, not times; wait with PATIENCE"
        if isinstance(node, ast.keyword) and node.arg in WAITS and _is_short(node.value):
            yield f"line {node.value.lineno}: wait with PATIENCE"


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


def test_no_test_is_a_stopwatch() -> None:
    found = {str(one): list(faults_of(ast.parse(one.read_text("utf-8")))) for one in TESTS}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "source",
    ["assert time.monotonic() - began < 2", "until = time.monotonic() + 10", "wait(timeout=5)"],
)
def test_a_stopwatch_is_found(source: str) -> None:
    assert list(faults_of(ast.parse(source)))
