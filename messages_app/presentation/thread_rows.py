"""Threads as rows of a list, and their states in the words of the reader's side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.days import day, days_left, due_tone
from core.text import fold
from messages_app import page_links
from messages_app.facts.inquiries import reply_by
from messages_app.models import Thread
from messages_app.states import ThreadStatus
from security_models.models import SecurityModel

#: The codes of the status component.
_CODES = {True: "waits-for-you", False: "waits"}


def status_words(thread: Thread, *, is_staff: bool) -> str:
    """Whom a thread waits for, in the words of one side; nothing for the portal's own."""
    if not thread.is_answerable:
        return _("From the portal")
    if thread.status == ThreadStatus.CLOSED:
        return str(ThreadStatus.CLOSED.label)
    if waits_for_reader(thread, is_staff=is_staff):
        return _("Waiting for you")
    return _("Waiting for the partner") if is_staff else _("Waiting for CBP")


def by_account_name(model: SecurityModel) -> tuple[str, str]:
    """The order in which accounts are offered to choose from."""
    return fold(model.trade_account.name), model.reference


def waits_for_reader(thread: Thread, *, is_staff: bool) -> bool:
    """Whether the reader's side must write next."""
    mine = ThreadStatus.PROGRAM if is_staff else ThreadStatus.PARTNER
    return thread.is_answerable and thread.status == mine


def status_code(thread: Thread, *, is_staff: bool) -> str:
    """The code of the status component."""
    if not thread.is_answerable:
        return "from-portal"
    if thread.status == ThreadStatus.CLOSED:
        return "closed"
    return _CODES[waits_for_reader(thread, is_staff=is_staff)]


@dataclass(frozen=True)
class Deadline:
    """Until when an inquiry waits for an answer; ``tone`` marks what is near or late."""

    words: str
    tone: str


def deadline_of(thread: Thread) -> Deadline | None:
    """The deadline of an open inquiry; None for other threads."""
    due = reply_by(thread)
    if due is None:
        return None
    today = clock.today()
    words = _("Inquiry: reply by %(day)s (%(left)s)")
    values = {"day": day(due), "left": days_left(due, today)}
    return Deadline(words % values, due_tone((due - today).days))


@dataclass(frozen=True)
class ThreadRow:
    """One row of the list."""

    url: str
    subject: str
    account: str
    reference: str
    status: str
    status_words: str
    is_unread: bool
    newest: dt.datetime
    deadline: Deadline | None
    colleague: str
    about: str


def thread_rows(access: Access, threads: Iterable[Any]) -> list[ThreadRow]:
    """The rows of a page; no queries, because each thread comes with its account."""
    side = access.is_staff
    return [
        ThreadRow(
            page_links.page_for(one, is_staff=side),
            one.subject,
            one.security_model.trade_account.name,
            one.security_model.reference,
            status_code(one, is_staff=side),
            status_words(one, is_staff=side),
            one.is_unread,
            one.last_message_at,
            deadline_of(one),
            one.colleague.name if one.colleague else "",
            one.about_words,
        )
        for one in threads
    ]
