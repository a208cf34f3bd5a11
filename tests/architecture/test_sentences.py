"""Names in sentences: only ``core.text.filled`` puts typed text into sentences.

Otherwise letters written to the left would reorder the words around them. Templates do it by
themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, product

#: Placeholders of a sentence that contain what someone typed.
TYPED = {"name", "names", "title", "account", "by", "who", "user_name"}

#: Titles of documents, stored as they are; fixed names of the program's data.
KEPT = {
    "agreements/services.py",
    "security_models/presentation/identifier_boxes.py",
    "security_models/checks/identifiers.py",
    "trade_accounts/services/organization_summary.py",
}


def _filled_by_hand(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            keys = node.right.keys if isinstance(node.right, ast.Dict) else []
            if TYPED & {one.value for one in keys if isinstance(one, ast.Constant)}:
                yield f"{module.name}:{node.lineno}"


@pytest.mark.parametrize("module", product(), ids=lambda one: one.name)
def test_what_people_typed_is_put_into_sentences_isolated(module: Module) -> None:
    assert module.name in KEPT or list(_filled_by_hand(module)) == []
