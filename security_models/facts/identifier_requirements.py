"""Which numbers a C-TPAT account needs (S3). Rows of one group are alternatives.

Pure functions over loaded rows. A group whose condition is not met is not required. Every required
group must be satisfied by one of its rows. A minimum of 0 means optional.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from security_models.models import IdentifierRequirement, IdentifierType

#: The number for which a company in Mexico must upload its deed of incorporation (manual; facts
#: B2).
TAKES_A_DEED = "RFC"
INVITATION = "INVITATION"


@dataclass(frozen=True)
class Condition:
    """``always``, ``company_country=MX``, ``answer:HUM3=yes`` or ``answer:CON1=oti|nvocc``."""

    kind: str
    name: str = ""
    value: str = ""

    def holds(self, answers: Mapping[str, str], country: str) -> bool:
        """Whether the group is required. ``country`` is that of the primary address, or empty."""
        if self.kind == "always":
            return True
        if self.kind == "company_country":
            return country == self.value
        return answers.get(self.name) in self.value.split("|")


@lru_cache(maxsize=256)
def parse_condition(text: str) -> Condition:
    """The condition of a row. Raises ValueError if it cannot be read."""
    name, equals, value = text.partition("=")
    if text == "always":
        return Condition("always")
    if name == "company_country" and value:
        return Condition("company_country", value=value)
    if name.startswith("answer:") and equals:
        return Condition("answer", name.removeprefix("answer:"), value)
    raise ValueError(f"condition {text!r} is not known")


@dataclass(frozen=True)
class Group:
    """Numbers of one business type, of which one is enough."""

    business_type: str
    number: int
    rows: tuple[IdentifierRequirement, ...]

    @property
    def required(self) -> bool:
        """Whether one of the numbers must be entered."""
        return all(row.minimum > 0 for row in self.rows)

    @property
    def types(self) -> list[IdentifierType]:
        """The kinds of number that count for this group."""
        return [row.identifier for row in self.rows]

    @property
    def codes(self) -> frozenset[str]:
        """Their codes."""
        return frozenset(row.identifier_id for row in self.rows)

    def satisfied(self, entered: Mapping[str, int]) -> bool:
        """Whether one row reaches its minimum. ``entered`` counts numbers by code."""
        return any(entered.get(row.identifier_id, 0) >= row.minimum for row in self.rows)


def groups_of(
    business_type: str,
    requirements: Iterable[IdentifierRequirement],
    answers: Mapping[str, str],
    country: str,
) -> list[Group]:
    """The groups that apply with these answers and this country, in order."""
    by_number: dict[int, list[IdentifierRequirement]] = {}
    for row in requirements:
        if row.business_type_id != business_type:
            continue
        if parse_condition(row.condition).holds(answers, country):
            by_number.setdefault(row.group, []).append(row)
    return [Group(business_type, number, tuple(rows)) for number, rows in sorted(by_number.items())]


def maximum_of(code: str, groups: Iterable[Group]) -> int | None:
    """How many numbers of a kind may be entered: the highest limit of any group; None for no limit.

    0 if no group asks for the kind.
    """
    allowed = [row.maximum for group in groups for row in group.rows if row.identifier_id == code]
    if not allowed:
        return 0
    return None if None in allowed else max(limit for limit in allowed if limit is not None)


def counted(codes: Iterable[str]) -> Counter[str]:
    """How many numbers of each kind are entered."""
    return Counter(codes)
