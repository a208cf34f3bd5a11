"""The list of threads, of one trade account or of all accounts of the reader (M2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import search
from core.listing import Column, Filter, Listing
from messages_app.facts.inquiries import reply_by
from messages_app.models import Message, Thread
from messages_app.presentation.thread_rows import status_words
from messages_app.states import ThreadKind, ThreadStatus
from security_models.models import SecurityModel


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Threads whose subject or messages contain every word, with small typing errors."""
    return search.by_words(rows, text, exact=_exact, similar=_similar)


def _exact(word: str) -> QuerySet[Any, Any]:
    found = Message.objects.filter(search.contains(word, "body")).order_by().values("thread")
    named = Thread.objects.filter(search.contains(word, "subject")).order_by().values("pk")
    return named.union(found)


def _similar(word: str) -> QuerySet[Any, Any]:
    return Thread.objects.filter(search.similar(word, "subject")).order_by().values("pk")


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(status=state, kind=ThreadKind.CONVERSATION)


def _by_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    if kind == "inquiry":
        return rows.filter(inquiry_on__isnull=False, replied_on=None)
    if kind == "answered":
        return rows.filter(inquiry_on__isnull=False, replied_on__isnull=False)
    return rows.filter(kind=kind)


def _by_unread(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    return rows.filter(is_unread=wanted == "yes")


def threads_listing(accounts: Iterable[SecurityModel], *, is_staff: bool) -> Listing:
    """The list for a reader of these accounts."""
    mine, theirs = _("Waiting for you"), _("Waiting for CBP")
    if is_staff:
        mine, theirs = _("Waiting for the partner"), _("Waiting for you")
    states = [
        (ThreadStatus.PARTNER.value, mine),
        (ThreadStatus.PROGRAM.value, theirs),
        (ThreadStatus.CLOSED.value, ThreadStatus.CLOSED.label),
    ]
    names = [(str(one.pk), f"{one.trade_account.name} – {one.reference}") for one in accounts]
    return Listing(
        columns=[
            Column("subject", gettext_lazy("Subject"), lambda row: row.subject, ["subject"]),
            Column(
                "account",
                gettext_lazy("Account"),
                lambda row: (
                    f"{row.security_model.trade_account.name} – {row.security_model.reference}"
                ),
                ["security_model__trade_account__name", "security_model__reference"],
            ),
            Column(
                "status",
                gettext_lazy("Status"),
                lambda row: status_words(row, is_staff=is_staff),
                ["status"],
            ),
            Column(
                "newest",
                gettext_lazy("Newest message"),
                lambda row: row.last_message_at,
                ["last_message_at"],
            ),
        ],
        beneath=[
            Column("unread", gettext_lazy("Unread"), lambda row: _yes_or_no(row.is_unread)),
            Column("reply_by", gettext_lazy("Reply by"), reply_by),
            Column(
                "colleague",
                gettext_lazy("Taken care of by"),
                lambda row: row.colleague.name if row.colleague else "",
            ),
            Column("about", gettext_lazy("About"), lambda row: row.about_words),
        ],
        filters=[
            Filter("q", gettext_lazy("Subject or message"), _by_text),
            *(
                [
                    Filter(
                        "account",
                        gettext_lazy("Account"),
                        lambda rows, chosen: rows.filter(security_model=chosen),
                        lambda: names,
                    )
                ]
                if 1 < len(names) <= MOST_NAMES
                else []
            ),
            Filter("state", gettext_lazy("Waiting for"), _by_state, lambda: states),
            Filter(
                "unread",
                gettext_lazy("Read"),
                _by_unread,
                lambda: [("yes", _("Unread")), ("no", _("Read"))],
            ),
            Filter(
                "kind",
                gettext_lazy("Kind"),
                _by_kind,
                lambda: [
                    ("inquiry", _("Inquiry without an answer")),
                    ("answered", _("Answered inquiry")),
                    (ThreadKind.CONVERSATION.value, _("Conversation")),
                    (ThreadKind.PORTAL.value, ThreadKind.PORTAL.label),
                ],
            ),
        ],
        sort="-newest",
    )


#: More accounts are found by search, not chosen from a list.
MOST_NAMES = 200


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")
