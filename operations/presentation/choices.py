"""Which accounts can be chosen at a step, and why others cannot (T8, screens 6.6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from operations.checks.preconditions import asker_problems, place_problems, standing_problems
from operations.checks.starting import asked_problem
from operations.facts.parties import Party
from operations.models import TradeAccountRequest
from operations.states import Operation


@dataclass(frozen=True)
class Choice:
    """One account of a step; ``why_not`` says every reason why it can't be chosen."""

    id: uuid.UUID
    name: str
    note: str
    why_not: tuple[Any, ...]

    @property
    def is_possible(self) -> bool:
        """Whether it can be chosen."""
        return not self.why_not


def _choice(party: Party, problems: Iterable[Problem], note: str = "") -> Choice:
    return Choice(party.id, party.name, note, tuple(one.message for one in problems))


#: The accounts with an open request of the same kind, and its reference.
Asked = Mapping[uuid.UUID, str]


def top_choices(asking: Party, own: Sequence[Party], asked: Asked) -> list[Choice]:
    """Link, first step: the account from whose page is asked, or another one as its top."""
    first = _choice(asking, _top_problems(asking), _("the account from which you ask"))
    others = [
        _choice(one, _pair_problems(Operation.LINK, asking, one, asked, head=one))
        for one in own
        if one.id != asking.id
    ]
    return [first, *_possible_first(others)]


def _top_problems(asking: Party) -> list[Problem]:
    if asking.is_top:
        return list(standing_problems(asking))
    return [Problem("not_top", _("It is a subsidiary, so it can't be a top account."))]


def subsidiary_choices(
    request: TradeAccountRequest, asking: Party, own: Sequence[Party], asked: Asked
) -> list[Choice]:
    """Link, second step: the account that is placed below the top one."""
    if request.head_id != asking.id:
        head = next(one for one in own if one.id == request.head_id)
        problems = _pair_problems(Operation.LINK, asking, head, asked, head=head)
        return [_choice(asking, problems, _("the account from which you ask"))]
    return _possible_first(
        _choice(one, _pair_problems(Operation.LINK, asking, one, asked, head=asking))
        for one in own
        if one.id != asking.id
    )


def merge_choices(asking: Party, own: Sequence[Party], asked: Asked) -> list[Choice]:
    """Merge, first step: the second account."""
    return _possible_first(
        _choice(one, _pair_problems(Operation.MERGE, asking, one, asked, head=asking))
        for one in own
        if one.id != asking.id
    )


def delink_choices(asking: Party, linked: Sequence[Party], asked: Asked) -> list[Choice]:
    """Delink, first step: the account above, and those directly below."""
    return _possible_first(
        _choice(one, _open_ones(one, asked), _above_or_below(asking, one)) for one in linked
    )


def _above_or_below(asking: Party, one: Party) -> str:
    return _("above") if one.id == asking.parent_id else _("below")


def _pair_problems(
    kind: str, asking: Party, other: Party, asked: Asked, *, head: Party
) -> list[Problem]:
    lower = other if head.id == asking.id else asking
    return [
        *asker_problems(kind, asking, other),
        *place_problems(kind, head, lower),
        *_open_ones(other, asked),
    ]


def _open_ones(other: Party, asked: Asked) -> list[Problem]:
    return [asked_problem(asked[other.id])] if other.id in asked else []


def _possible_first(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda one: not one.is_possible)
