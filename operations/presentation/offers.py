"""The operations on the page Manage: what each does, and whether the reader can begin it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Problem
from operations.models import TradeAccountRequest
from operations.states import Operation


@dataclass(frozen=True)
class Offer:
    """One operation. ``why_not`` says why it cannot begin; ``draft`` is what was begun."""

    kind: str
    title: Any
    text: Any
    action: Any
    why_not: Sequence[Problem]
    draft: TradeAccountRequest | None


_WORDS: dict[str, tuple[Any, Any, Any]] = {
    Operation.LINK: (
        _("Link Trade Accounts"),
        _(
            "Place one account below another one, so that the hierarchy of your companies is "
            "visible. Nobody gets rights in the other account."
        ),
        _("Link accounts"),
    ),
    Operation.DELINK: (
        _("Delink Trade Accounts"),
        _(
            "Take back an earlier link, for example after a company was sold. Both accounts keep "
            "everything."
        ),
        _("Delink accounts"),
    ),
    Operation.MERGE: (
        _("Merge Trade Accounts"),
        _(
            "Make one account out of two at the same level, for example after an acquisition. "
            "Everything moves to the account that stays. The other one is closed, and its "
            "addresses open the one that stays."
        ),
        _("Merge accounts"),
    ),
    Operation.SPLIT: (
        _("Split Trade Account"),
        _(
            "Found a second account for a part of the company. A C-TPAT account can go to it; "
            "users and addresses are copied."
        ),
        _("Split the account"),
    ),
}


def offers(
    against: Mapping[str, Sequence[Problem]], drafts: Mapping[str, TradeAccountRequest]
) -> list[Offer]:
    """Every operation; a draft can be continued or thrown away also where none could begin now."""
    return [
        Offer(kind, *words, why_not=against[kind], draft=drafts.get(kind))
        for kind, words in _WORDS.items()
    ]
