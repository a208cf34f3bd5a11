"""The limits that keep the code small (docs/architecture.md, "Measures")."""

from __future__ import annotations

import ast
import statistics

from tests.architecture.source import Module, everything, product, tooling

LINES_A_MODULE = 400
LINES_A_FUNCTION = 50
LINES_P95 = 35


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _functions(modules: list[Module]) -> list[tuple[int, str]]:
    return [
        (_length(function), f"{module.name}:{function.lineno} {function.name}")
        for module in modules
        for function in module.functions()
    ]


def test_no_module_is_longer_than_a_person_reads() -> None:
    long = [
        (lines, module.name)
        for module in [*product(), *tooling()]
        if (lines := len(module.text.splitlines())) > LINES_A_MODULE
    ]
    assert long == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = _functions([*product(), *tooling()])
    assert [entry for entry in found if entry[0] > LINES_A_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = [length for length, _ in _functions([*product(), *tooling()])]
    assert statistics.quantiles(lengths, n=20)[-1] <= LINES_P95


def test_everything_is_annotated() -> None:
    bare = []
    for module in everything():
        for function in module.functions():
            arguments = function.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            missing = [
                a.arg for a in named if a.annotation is None and a.arg not in {"self", "cls", "_"}
            ]
            if missing or function.returns is None:
                bare.append(f"{module.name}:{function.lineno} {function.name} {missing}")
    assert bare == []


def test_u11_nothing_but_the_bounded_child_lays_out_documents() -> None:
    users = [
        module.name
        for module in product()
        if any(name.split(".")[0] == "weasyprint" for _line, name in module.imports())
    ]
    assert users == ["core/pdf_child.py"]
