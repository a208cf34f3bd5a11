"""Lists of requests: of a trade account, and of management."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from core import search
from core.days import moment
from core.listing import Column, Filter, Listing
from operations.presentation.words import days_waiting, due_on, title_words
from operations.states import Operation, RequestStatus

DIRECTIONS = (
    ("incoming", gettext_lazy("From other accounts")),
    ("outgoing", gettext_lazy("From this account")),
)


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        found = search.has(
            word, "reference", "asking_name", "other_name", "new_name", "asked_by_name"
        )
        rows = rows.filter(Q(found))
    return rows


def _equal(name: str) -> Any:
    return lambda rows, value: rows.filter(**{name: value})


def _statuses() -> Sequence[tuple[str, Any]]:
    return RequestStatus.choices


#: Of the list of management, which shows what waits while nothing is chosen.
EVERY = "every"


def _sent_statuses() -> Sequence[tuple[str, Any]]:
    sent = [one for one in RequestStatus.choices if one[0] != RequestStatus.DRAFT]
    return [(EVERY, gettext_lazy("Every status")), *sent]


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    return rows if status == EVERY else rows.filter(status=status)


_WHAT = Column("what", gettext_lazy("Request"), title_words, ["kind", "reference"])
_STATUS = Column(
    "status", gettext_lazy("Status"), lambda row: row.get_status_display(), ["status", "-at"]
)
_BY = Column("by", gettext_lazy("Asked by"), lambda row: row.asked_by_name, ["asked_by_name"])
_REFERENCE = Column("reference", gettext_lazy("Reference"), lambda row: row.reference)
_REASON = Column("reason", gettext_lazy("Reason"), lambda row: row.reason)
_KIND = Filter("kind", gettext_lazy("Operation"), _equal("kind"), lambda: Operation.choices)
_WORDS = Filter("q", gettext_lazy("Account, person or reference"), _by_text)

OF_ACCOUNT = Listing(
    columns=[
        _WHAT,
        Column(
            "direction",
            gettext_lazy("From"),
            lambda row: dict(DIRECTIONS)[row.direction],
            ["direction", "-at"],
        ),
        _STATUS,
        Column("at", gettext_lazy("Date"), lambda row: moment(row.at), ["at"]),
        _BY,
    ],
    beneath=[_REFERENCE, _REASON],
    filters=[
        _WORDS,
        Filter("direction", gettext_lazy("From"), _equal("direction"), lambda: DIRECTIONS),
        _KIND,
        Filter("status", gettext_lazy("Status"), _equal("status"), _statuses),
    ],
    sort="-at",
)


def _open_alone(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(status=RequestStatus.MANAGEMENT)


FOR_MANAGEMENT = Listing(
    columns=[
        _WHAT,
        Column("status", gettext_lazy("Status"), lambda row: row.get_status_display(), ["status"]),
        Column(
            "waits",
            gettext_lazy("Days waiting"),
            days_waiting,
            ["-waits_since"],
            numeric=True,
        ),
        Column("due", gettext_lazy("Due"), due_on, ["waits_since"]),
        _BY,
    ],
    beneath=[_REFERENCE, _REASON],
    filters=[
        _WORDS,
        _KIND,
        Filter("status", gettext_lazy("Status"), _by_status, _sent_statuses),
    ],
    sort="due",
    plain=_open_alone,
)
