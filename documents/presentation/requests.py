"""Requests for documents in words (D6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import clock
from core.days import day, days_left, due_tone
from documents.models import DocumentRequest
from documents.states import RequestStatus


@dataclass(frozen=True)
class Due:
    """Until when a document is asked for, in words; ``tone`` marks what is near or over."""

    words: str
    tone: str


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
