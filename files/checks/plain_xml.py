"""XML, read piece by piece within limits: no entities, no endless tags, no deep nesting (U-2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

#: Bytes of one tag or comment, which the parser keeps in memory until it ends.
MOST_TAG = 4 * 1024 * 1024
DEEPEST = 500

Start = Callable[[str, dict[str, str]], object]


class NotPlain(Exception):
    """XML that declares entities, is malformed, or is larger than it needs to be."""


class TooMuch(NotPlain):
    """XML with more elements than are read."""


@dataclass
class Budget:
    """How many elements may still be read; several parts can share it."""

    elements: int


def parse(
    pieces: Iterable[bytes],
    budget: Budget,
    start: Start,
    *,
    text: Callable[[str], object] | None = None,
    end: Callable[[str], object] | None = None,
    may_name_dtd: bool = False,
) -> None:
    """Call ``start``, ``text`` and ``end`` for every element, with ``namespace name`` as its name.

    The name of a DTD, as drawings have it, can be allowed; a DTD is never loaded.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.elements -= 1
        if budget.elements < 0:
            raise TooMuch("too many elements")
        if depth > DEEPEST:
            raise NotPlain("too deep")
        start(name, attributes)

    def close(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name)

    def doctype(_name: str, _system: object, _public: object, declares: int) -> None:
        if declares or not may_name_dtd:
            raise NotPlain("declarations")

    def entity(*_declared: object) -> None:
        raise NotPlain("entities")

    parser.StartElementHandler = begin
    parser.EndElementHandler = close
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    try:
        _feed(parser, pieces)
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise NotPlain(str(problem)) from problem


def _feed(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    """Parse piece by piece. Each piece costs time for the unfinished tag before it, so tags are
    limited.
    """
    fed = reached = 0
    for piece in pieces:
        parser.Parse(piece, False)
        fed += len(piece)
        reached = max(reached, parser.CurrentByteIndex)
        if fed - reached > MOST_TAG:
            raise NotPlain("an endless tag")
    parser.Parse(b"", True)


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]
