"""A request in words: what is asked, who acts next, and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.text import filled
from notifications.facts.subjects import CutWords, in_subject
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


def named_words(request: TradeAccountRequest) -> str:
    """The same as a name, for lists and emails: "Merge of A into B"."""
    return filled(_named_template(request.kind), **_names(request))


def subject_words(request: TradeAccountRequest) -> CutWords:
    """The same for a subject: both names are cut if they are long, and none is left out."""
    short = {key: in_subject(name) for key, name in _names(request).items()}
    return CutWords(filled(_named_template(request.kind), **short))


def _names(request: TradeAccountRequest) -> dict[str, str]:
    if request.kind == Operation.SPLIT:
        return {"lower": request.asking_name, "head": request.new_name}
    return {"lower": request.lower_name, "head": request.head_name}


def _named_template(kind: str) -> str:
    return {
        Operation.LINK: _("Link of %(lower)s below %(head)s"),
        Operation.DELINK: _("Delink of %(lower)s from %(head)s"),
        Operation.MERGE: _("Merge of %(lower)s into %(head)s"),
        Operation.SPLIT: _("Split of %(lower)s, and %(head)s is founded"),
    }[Operation(kind)]


def place_words(request: TradeAccountRequest, parent: str) -> str:
    """Where the new account of a split stands in the hierarchy."""
    if not parent:
        words = _("The new account is a top account, as %(origin)s is.")
        return filled(words, origin=request.asking_name)
    words = _("The new account stands below %(parent)s, as %(origin)s does.")
    return filled(words, parent=parent, origin=request.asking_name)


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
