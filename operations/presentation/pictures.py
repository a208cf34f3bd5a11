"""The hierarchy before and after a request, as nested lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from operations.models import TradeAccountRequest
from operations.states import Operation


@dataclass(frozen=True)
class Node:
    """One account of the picture. ``note`` says what happens to it; ``is_moved`` marks it."""

    name: str
    note: str = ""
    is_moved: bool = False
    below: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Picture:
    """Both states, side by side."""

    before: Sequence[Node]
    after: Sequence[Node]


def picture_of(request: TradeAccountRequest, parent: str = "") -> Picture:
    """The two accounts of a request before and after it, by the names that both companies know.

    It shows no other account: a member of one side sees nothing of the organization of the other.
    Only a split, which has one side, shows the ``parent`` below which both halves stand.
    """
    head, lower = request.head_name, request.lower_name
    apart = (Node(head), Node(lower, is_moved=True))
    if request.kind == Operation.LINK:
        return Picture(apart, (Node(head, below=(Node(lower, is_moved=True),)),))
    if request.kind == Operation.DELINK:
        return Picture((Node(head, below=(Node(lower, is_moved=True),)),), apart)
    if request.kind == Operation.MERGE:
        closed = Node(lower, _("closed, opens the account that stays"), is_moved=True)
        return Picture(apart, (Node(head), closed))
    origin = Node(request.asking_name)
    halves = (origin, Node(request.new_name, _("new"), is_moved=True))
    if not parent:
        return Picture((origin,), halves)
    return Picture((Node(parent, below=(origin,)),), (Node(parent, below=halves),))
