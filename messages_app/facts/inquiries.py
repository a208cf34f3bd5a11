"""Until when an inquiry waits for an answer."""

from __future__ import annotations

import datetime as dt

from core import clock
from messages_app.models import Thread
from messages_app.states import REPLY


def reply_by(thread: Thread) -> dt.date | None:
    """The last day to answer an open inquiry; None for other threads."""
    if not thread.is_open_inquiry or thread.inquiry_on is None:
        return None
    return clock.clock(REPLY).due(thread.inquiry_on)
