"""The rows of the list of all trade accounts in words, with their links (R6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.contributions import DueDate
from core.days import day, days_left, due_tone
from core.links import path_to
from portal.organization_tree import company_page
from portal.switcher import Summary, unsettled_status
from security_models import page_links
from security_models.facts.model_facts import Facts


@dataclass(frozen=True)
class TypeShown:
    """A business type with its status. Only contacts see number and tier."""

    name: str
    number: str
    status: str
    label: str
    tier: str


@dataclass(frozen=True)
class ModelShown:
    """A C-TPAT account; ``url`` is empty unless the reader is one of its contacts."""

    reference: str
    url: str
    types: tuple[TypeShown, ...]


@dataclass(frozen=True)
class DueShown:
    """What is due next; ``tone`` is the class of its date."""

    title: str
    url: str
    on: str
    left: str
    tone: str


@dataclass(frozen=True)
class AccountShown:
    """One row of the list."""

    id: uuid.UUID
    name: str
    above: str
    url: str
    pin_url: str
    is_pinned: bool
    models: tuple[ModelShown, ...]
    scss: str
    due: DueShown | None
    returned: int
    unread: int


def account_lines(rows: Iterable[Any]) -> list[AccountShown]:
    """The rows of a page."""
    return [_line(row.pk, row.name, row.summary) for row in rows]


def _line(account_id: uuid.UUID, name: str, summary: Summary) -> AccountShown:
    names = dict.fromkeys(one.specialist for one in summary.open_models if one.specialist)
    return AccountShown(
        id=account_id,
        name=name,
        above=" › ".join(summary.above),
        url=company_page(account_id),
        pin_url=path_to("portal:account-pin", trade_id=account_id),
        is_pinned=summary.is_pinned,
        models=tuple(_model(facts, is_open=is_open) for facts, is_open in summary.models),
        scss=", ".join(names),
        due=due_shown(summary.next) if summary.next is not None else None,
        returned=summary.returned,
        unread=summary.unread,
    )


def _model(facts: Facts, *, is_open: bool) -> ModelShown:
    types = tuple(
        TypeShown(
            one.name,
            one.account_number if is_open else "",
            one.status,
            one.status_label,
            one.tier if is_open else "",
        )
        for one in facts.types
    )
    url = page_links.glance(facts.model) if is_open else ""
    return ModelShown(facts.model.reference, url, types or (_unsettled(facts),))


def _unsettled(facts: Facts) -> TypeShown:
    state = unsettled_status(facts)
    return TypeShown(_("Not settled yet"), "", state.value, str(state.label), "")


def due_shown(one: DueDate) -> DueShown:
    """A due date in words."""
    today = clock.today()
    left = (one.on - today).days
    return DueShown(str(one.title), one.url, day(one.on), days_left(one.on, today), due_tone(left))
