"""What must hold for an operation, when it is asked for, at each decision and when it is applied
(T8, T9).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from operations.facts.parties import Party
from operations.states import Operation


def place_problems(kind: str, head: Party, lower: Party) -> Iterator[Problem]:
    """Why these two accounts cannot be linked, delinked or merged as they stand."""
    if head.id == lower.id:
        yield Problem("same", _("Choose two different accounts."))
        return
    for one in (head, lower):
        yield from standing_problems(one)
    if kind == Operation.LINK:
        yield from _link(head, lower)
    elif kind == Operation.DELINK:
        yield from _delink(head, lower)
    else:
        yield from _merge(head, lower)


def standing_problems(account: Party) -> Iterator[Problem]:
    """An account takes part while it is active: its profile is finished, and it is not closed."""
    if account.is_closed:
        words = _("%(name)s is closed: it was merged into another account.")
        yield Problem("closed", filled(words, name=account.name))
    elif not account.is_active:
        words = _("%(name)s is still being set up. Finish its organization profile first.")
        yield Problem("unfinished", filled(words, name=account.name))


def _link(top: Party, subsidiary: Party) -> Iterator[Problem]:
    """T8: both are top level, so there is no cycle and no second parent."""
    if subsidiary.parent_id == top.id:
        words = _("%(name)s is below %(top)s already.")
        yield Problem("linked", filled(words, name=subsidiary.name, top=top.name))
        return
    for one in (top, subsidiary):
        if not one.is_top:
            words = _("%(name)s is a subsidiary already. Delink it from the account above first.")
            yield Problem("not_top", filled(words, name=one.name))
    if subsidiary.id in top.above:
        words = _("%(top)s is below %(name)s already.")
        yield Problem("cycle", filled(words, name=subsidiary.name, top=top.name))


def _delink(above: Party, subsidiary: Party) -> Iterator[Problem]:
    if subsidiary.parent_id != above.id:
        words = _("%(name)s is not below %(top)s now.")
        yield Problem("not_linked", filled(words, name=subsidiary.name, top=above.name))


def _merge(survivor: Party, closing: Party) -> Iterator[Problem]:
    """T9: the same level of one hierarchy, or both without one."""
    if survivor.parent_id != closing.parent_id:
        words = _("%(one)s and %(two)s are not at the same level of the organization.")
        yield Problem("level", filled(words, one=survivor.name, two=closing.name))


def asker_problems(kind: str, asking: Party, other: Party | None) -> Iterator[Problem]:
    """T8: who asks is a user of both accounts and a Company Administrator of one of them.

    To delink or to split, it is the account that asks, and nobody needs to be a user of the other:
    a company that was sold must be able to leave.
    """
    if kind in {Operation.DELINK, Operation.SPLIT} or other is None:
        if not asking.is_administered:
            yield _administrator_needed(asking)
        return
    for one in (asking, other):
        if not one.has_requester:
            words = _("Who asks must be a user of both accounts, also of %(name)s itself.")
            yield Problem("not_in_both", filled(words, name=one.name))
    if not asking.is_administered and not other.is_administered:
        words = _("Who asks must be a Company Administrator of %(one)s or %(two)s itself.")
        yield Problem("administrator", filled(words, one=asking.name, two=other.name))


def _administrator_needed(account: Party) -> Problem:
    words = _("Only a Company Administrator of %(name)s can ask for this.")
    return Problem("administrator", filled(words, name=account.name))
