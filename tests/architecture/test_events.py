"""Every event that the source records is declared, in a sentence whose placeholders it fills."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from audit.providers import event_kinds
from tests.architecture.source import Module, product


@dataclass(frozen=True)
class Call:
    """One call of `record` (or of a wrapper that adds a prefix) in the source."""

    place: str
    code: str
    named: frozenset[str]
    more: bool


def _calls() -> Iterator[Call]:
    for module in product():
        if module.name == "audit/services.py":
            continue
        for node in module.nodes:
            if isinstance(node, ast.Call) and node.args and _name(node) == "record":
                yield from _read(module, node)


def _name(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _read(module: Module, node: ast.Call) -> Iterator[Call]:
    about = {"actor", "scope", "subject"}
    named = frozenset(k.arg for k in node.keywords if k.arg and k.arg not in about)
    more = any(k.arg is None for k in node.keywords)
    for code in _codes(node.args[0]):
        yield Call(f"{module.name}:{node.lineno}", code, named, more)


def _codes(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body), *_codes(node.orelse)]
    return []


CALLS = list(_calls())
PLACE = re.compile(r"%\((\w+)\)s")


def _words(code: str) -> str:
    return str(event_kinds.kind(code).sentence)


def test_the_source_records_something() -> None:
    assert len(CALLS) > 20


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.code}@{call.place}")
def test_every_event_that_the_source_records_is_declared(call: Call) -> None:
    assert call.code in event_kinds._kinds, call.place
    assert call.code.split(".")[0] == call.place.split("/")[0], "an app records its own kinds"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.code}@{call.place}")
def test_every_event_fills_the_places_of_its_sentence(call: Call) -> None:
    if not call.more:
        assert set(PLACE.findall(_words(call.code))) <= call.named, call.place
