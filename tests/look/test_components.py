"""A component describes its parameters, each with a word about it, and ignores none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "templates" / "cotton"
COMPONENTS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))

#: The start of a component: its libraries, its description, its parameters.
TOP = re.compile(
    r"(?:\{% load [^%]*%\})?\{% comment %\}\n(?P<words>.*?)\{% endcomment %\}"
    r"(?:<c-vars(?P<taken>[^>]*)/>)?(?P<body>.*)",
    re.DOTALL,
)
TAKEN = re.compile(r'(?<=\s)([a-z_]+)(?:="[^"]*")?(?=\s)')
#: The name of an attribute does not count as a use of a parameter.
ATTRIBUTE = re.compile(r"\b[\w-]+=(?=[\"'])")


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_says_what_it_is_and_what_each_parameter_means(name: str) -> None:
    top = TOP.fullmatch((FOLDER / name).read_text())
    assert top, "it begins with a comment"
    explained = re.findall(r"^  ([a-z_]+)  +\S", top["words"], re.MULTILINE)
    assert explained == TAKEN.findall(f"{top['taken'] or ''} ")


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_takes_nothing_that_it_does_not_use(name: str) -> None:
    top = TOP.fullmatch((FOLDER / name).read_text())
    assert top
    body = ATTRIBUTE.sub("", top["body"])
    taken = TAKEN.findall(f"{top['taken'] or ''} ")
    assert [one for one in taken if not re.search(rf"\b{one}\b", body)] == []
