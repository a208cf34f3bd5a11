"""Whether an operation can begin: steps begin only where something can be chosen (T8, T9)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from operations.checks.preconditions import asker_problems, place_problems, standing_problems
from operations.facts.parties import Party
from operations.states import Operation


def start_problems(
    kind: str, asking: Party, others: Sequence[Party], asked: Mapping[uuid.UUID, str]
) -> list[Problem]:
    """Why the reader cannot begin this in ``asking``, in one sentence; empty if they can.

    ``others`` are the accounts that could be the second one: to delink those that are linked to it,
    otherwise every other account of the reader. ``asked`` are those with an open request of that
    kind, with its reference.
    """
    first = [*standing_problems(asking), *_about_asking(kind, asking)]
    if first or kind == Operation.SPLIT:
        return first[:1]
    if not others:
        return [_no_other(kind, asking)]
    possible = [one for one in others if is_choice(kind, asking, one)]
    if not possible:
        return [_none_fits(kind, asking, others)]
    if all(one.id in asked for one in possible):
        return [asked_problem(asked[possible[0].id])]
    return []


def is_choice(kind: str, asking: Party, other: Party) -> bool:
    """Whether this account can be the second one, in either direction."""
    return _fits(kind, asking, other) and not list(asker_problems(kind, asking, other))


def asked_problem(reference: str, url: str = "") -> Problem:
    """The same is asked once at a time."""
    words = _("This is asked already in request %(reference)s, which is still open.")
    return Problem("asked", filled(words, reference=reference), url=url)


def _about_asking(kind: str, asking: Party) -> list[Problem]:
    if kind in {Operation.DELINK, Operation.SPLIT}:
        return list(asker_problems(kind, asking, None))
    if kind == Operation.LINK and not asking.is_top:
        words = _("%(name)s is a subsidiary already. Delink it from the account above first.")
        return [Problem("not_top", filled(words, name=asking.name))]
    return []


def _fits(kind: str, asking: Party, other: Party) -> bool:
    if kind == Operation.DELINK:
        return True
    return not list(place_problems(kind, asking, other))


def _no_other(kind: str, asking: Party) -> Problem:
    if kind == Operation.DELINK:
        words = _("%(name)s has no account that is linked to it.")
        return Problem("not_linked", filled(words, name=asking.name))
    words = _("You are a user of no other account. Who asks must be a user of both.")
    return Problem("no_other", words)


def _none_fits(kind: str, asking: Party, others: Sequence[Party]) -> Problem:
    if any(_fits(kind, asking, one) for one in others):
        words = _(
            "You are a Company Administrator neither of %(name)s nor of another account that could "
            "be chosen."
        )
        return Problem("administrator", filled(words, name=asking.name))
    if kind == Operation.LINK:
        return Problem("no_top", _("None of your other accounts is an active top account."))
    words = _("None of your other accounts stands at the level of %(name)s in the organization.")
    return Problem("level", filled(words, name=asking.name))
