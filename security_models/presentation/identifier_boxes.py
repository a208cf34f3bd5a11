"""The boxes of the page of business entity IDs (S3), made from the groups that apply.

Kinds of one field that count for one group share a box, such as the three forms of the importer
number. Required groups come first, each in its own section; optional ones share the last section.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from security_models.checks.identifiers import anchor
from security_models.facts.identifier_formats import reading
from security_models.facts.identifier_requirements import Group, maximum_of
from security_models.facts.model_facts import Facts
from security_models.models import EntityIdentifier, IdentifierType


@dataclass(frozen=True)
class Box:
    """One input for numbers of one or several kinds, with the entered numbers."""

    types: tuple[IdentifierType, ...]
    entered: tuple[EntityIdentifier, ...]
    locked: bool
    full: bool
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the box in the form."""
        return "-".join(type.code for type in self.types).lower()

    @property
    def codes(self) -> list[str]:
        """The kinds that may be entered."""
        return [type.code for type in self.types]

    @property
    def label(self) -> str:
        """The common part of the kinds' names before the comma, or else all names."""
        head = _common_head(self.types)
        return head or _(" or ").join(type.name for type in self.types)

    @property
    def lines(self) -> list[tuple[EntityIdentifier, str]]:
        """The entered numbers, each with the name of its kind if the box accepts several."""
        several = len(self.types) > 1
        return [(one, kind_words(one.type, self.types) if several else "") for one in self.entered]

    @property
    def ambiguous(self) -> bool:
        """Whether the form of a number does not identify its kind."""
        found = (
            reading(one.example, other)
            for one in self.types
            for other in self.types
            if one is not other
        )
        return any(one is not None and one.as_written for one in found)

    @property
    def hint(self) -> str:
        """How to write a number."""
        return hint_words(self.types)

    @property
    def locks_later(self) -> bool:
        """Whether the first submission locks its numbers; said before saving."""
        return any(type.locked_after_first_submission for type in self.types)


@dataclass(frozen=True)
class Part:
    """A section of the page: one required group, or everything optional."""

    anchor: str
    title: str
    words: str
    boxes: tuple[Box, ...]
    required: bool
    satisfied: bool
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Page:
    """All sections, and numbers that are no longer required."""

    parts: tuple[Part, ...]
    left: tuple[EntityIdentifier, ...]

    @property
    def boxes(self) -> list[Box]:
        """Every box of the page."""
        return [box for part in self.parts for box in part.boxes]


def types_asked(facts: Facts) -> list[IdentifierType]:
    """Every kind of number that applies now, each once."""
    found = {type.code: type for group in facts.groups for type in group.types}
    return sorted(found.values(), key=lambda type: type.position)


def hint_words(types: Sequence[IdentifierType]) -> str:
    """How to write a number of one kind or of several: an example and its hint."""
    if len({type.hint for type in types}) == 1:
        words = _("Enter it like %(example)s. %(hint)s")
        return words % {"example": types[0].example, "hint": types[0].hint}
    forms = "; ".join(f"{type.example} ({kind_words(type, types)})" for type in types)
    return _("Enter it in one of these forms: %(forms)s.") % {"forms": forms}


def kind_words(type: IdentifierType, types: Sequence[IdentifierType]) -> str:
    """The name of one kind among others, without their common start ("IRS form")."""
    head = _common_head(types)
    return type.name.removeprefix(f"{head}, ") if head else type.name


def _common_head(types: Sequence[IdentifierType]) -> str:
    """The common start of several names before the comma; empty if they differ."""
    heads = {type.name.partition(", ")[0] for type in types}
    return heads.pop() if len(heads) == 1 and len(types) > 1 else ""


def page_of(facts: Facts, identifiers: Iterable[EntityIdentifier]) -> Page:
    """Arrange the boxes. A kind that counts for several groups has its box in the first."""
    entered = list(identifiers)
    placed: set[str] = set()
    parts = [_required(facts, group, entered, placed) for group in facts.groups if group.required]
    optional = [group for group in facts.groups if not group.required]
    boxes = [box for group in optional for box in _boxes(facts, group, entered, placed)]
    if boxes:
        title, words = _("Optional"), _("These help CBP to recognize your company.")
        parts.append(Part("optional", title, words, tuple(boxes), False, True))
    left = [one for one in entered if one.type_id not in placed]
    return Page(tuple(parts), tuple(left))


def _required(
    facts: Facts, group: Group, entered: list[EntityIdentifier], placed: set[str]
) -> Part:
    boxes = _boxes(facts, group, entered, placed)
    names = [type.name for type in group.types]
    words = ""
    if len(boxes) > 1:
        words = _("One of these is enough: %(names)s.") % {"names": "; ".join(names)}
    if not boxes:
        words += " " + _("A number from above counts here too.")
    title = boxes[0].label if len(boxes) == 1 else _("One of these numbers")
    satisfied = group.satisfied(facts.entered)
    return Part(anchor(group), title, words.strip(), tuple(boxes), True, satisfied, _notes(group))


def _boxes(
    facts: Facts, group: Group, entered: list[EntityIdentifier], placed: set[str]
) -> list[Box]:
    by_field: dict[str, list[IdentifierType]] = {}
    for type in group.types:
        if type.code not in placed:
            by_field.setdefault(type.field, []).append(type)
            placed.add(type.code)
    notes = () if group.required else _notes(group)
    return [replace(_box(facts, types, entered), notes=notes) for types in by_field.values()]


def _box(facts: Facts, types: list[IdentifierType], entered: list[EntityIdentifier]) -> Box:
    codes = {type.code for type in types}
    limits = [maximum_of(code, facts.groups) for code in codes]
    full = all(
        limit is not None and facts.entered[code] >= limit
        for code, limit in zip(codes, limits, strict=True)
    )
    return Box(
        types=tuple(types),
        entered=tuple(one for one in entered if one.type_id in codes),
        locked=facts.submitted and all(type.locked_after_first_submission for type in types),
        full=full,
    )


def _notes(group: Group) -> tuple[str, ...]:
    """The program's notes about a group, each sentence once. "Optional" alone is left out."""
    notes = [row.notes for row in group.rows]
    return tuple(dict.fromkeys(note for note in notes if note and note != "Optional"))
