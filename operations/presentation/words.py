"""A request in words: what is asked, who acts next, and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.text import filled
from operations.models import TradeAccountRequest
from operations.states import ADMINISTRATOR_CLOCK, MANAGEMENT_CLOCK, Operation, RequestStatus


def asked_words(request: TradeAccountRequest) -> str:
    """What is asked, to follow "asks to": "link B below A"."""
    kind = request.kind
    if kind == Operation.SPLIT:
        words = _("split %(lower)s and found %(head)s")
        return filled(words, lower=request.asking_name, head=request.new_name)
    words = {
        Operation.LINK: _("link %(lower)s below %(head)s"),
        Operation.DELINK: _("delink %(lower)s from %(head)s"),
        Operation.MERGE: _("merge %(lower)s into %(head)s"),
    }[Operation(kind)]
    return filled(words, lower=request.lower_name, head=request.head_name)


def title_words(request: TradeAccountRequest) -> str:
    """The same as a title: "Link B below A"."""
    words = asked_words(request)
    return words[:1].upper() + words[1:]


def due_on(request: TradeAccountRequest) -> dt.date | None:
    """By when the open decision should be taken; None while nobody decides."""
    if request.waits_since is None:
        return None
    codes = {
        RequestStatus.ADMINISTRATOR: ADMINISTRATOR_CLOCK,
        RequestStatus.MANAGEMENT: MANAGEMENT_CLOCK,
    }
    code = codes.get(RequestStatus(request.status))
    since = clock.program_date(request.waits_since)
    return clock.clock(code).due(since) if code is not None else None


def days_waiting(request: TradeAccountRequest) -> int:
    """For how many program days the open step has been waited for."""
    if request.waits_since is None:
        return 0
    return max(0, (clock.today() - clock.program_date(request.waits_since)).days)


@dataclass(frozen=True)
class Turn:
    """Who acts next, and the names of those who can, if they are told."""

    words: Any
    names: tuple[str, ...] = ()


def turn_of(request: TradeAccountRequest, administrators: list[str]) -> Turn | None:
    """Who acts next; None once the request is closed."""
    if request.status == RequestStatus.ADMINISTRATOR:
        words = _("A Company Administrator of %(name)s decides.")
        return Turn(filled(words, name=request.other_name), tuple(administrators))
    if request.status == RequestStatus.MANAGEMENT:
        return Turn(_("C-TPAT management decides."))
    if request.status == RequestStatus.RETURNED:
        words = _("Management asks for more. %(name)s answers.")
        return Turn(filled(words, name=request.asked_by_name))
    return None
