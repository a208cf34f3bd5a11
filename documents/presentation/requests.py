"""Requests for documents in words (D6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import clock
from core.days import day, days_left, due_tone
from documents import page_links
from documents.models import Document, DocumentRequest
from documents.selectors.documents import USABLE
from documents.selectors.requests import documents_for
from documents.states import RequestStatus
from files.selectors import state_words


@dataclass(frozen=True)
class Due:
    """Until when a document is asked for, in words; ``tone`` marks what is near or over."""

    words: str
    tone: str


@dataclass(frozen=True)
class AnswerRow:
    """One document of an answer; ``state`` says that it can't be opened, and why."""

    document: Document
    url: str
    state: str
    is_blocked: bool


def answer_rows(request: DocumentRequest, *, is_staff: bool) -> list[AnswerRow]:
    """What was added for a request."""
    return [
        AnswerRow(
            one,
            page_links.page_of(one, is_staff=is_staff),
            "" if one.newest.file.is_clean else state_words(one.newest.file),
            one.newest.file.state not in USABLE,
        )
        for one in documents_for(request)
    ]


def due_of(request: DocumentRequest) -> Due:
    """When a request is due; how long that is while it waits."""
    if request.status != RequestStatus.OPEN:
        return Due(day(request.due_on), "")
    today = clock.today()
    left = (request.due_on - today).days
    if left < 0:
        return Due(_("Was due on %(day)s") % {"day": day(request.due_on)}, due_tone(left))
    values = {"day": day(request.due_on), "left": days_left(request.due_on, today)}
    return Due(_("%(day)s (%(left)s)") % values, due_tone(left))
