"""Lists of change requests: of a company, and of the partners of staff."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from change_requests.models import ChangeRequest
from change_requests.presentation.change_words import all_words, short_words
from change_requests.selectors.requests import add_lines
from change_requests.states import UNFINISHED, ChangeKind, ChangeStatus
from core import search
from core.days import moment
from core.listing import Column, Filter, Listing

OPEN, OVER = "open", "decided"
_STAGES = (
    (OPEN, gettext_lazy("Open")),
    (OVER, gettext_lazy("Decided or withdrawn")),
)


def change_listing(*, for_staff: bool) -> Listing:
    """The requests: those that are not over first, the newest first."""
    statuses = [one for one in ChangeStatus.choices if not for_staff or one[0] != "draft"]
    return Listing(
        columns=[
            Column("reference", gettext_lazy("Request"), lambda row: row.reference, ["reference"]),
            Column("what", gettext_lazy("What changes"), _what, ["kind"]),
            Column("account", gettext_lazy("Account"), _account, ["trade_account__name"]),
            Column("sent", gettext_lazy("Sent on"), lambda row: row.asked_on, ["asked_on"]),
            Column("status", gettext_lazy("Status"), _status, ["status", "-status_at"]),
        ],
        beneath=[
            Column("changes", gettext_lazy("Changes"), lambda row: all_words(row.shown_lines)),
            Column("reason", gettext_lazy("Reason"), lambda row: row.reason),
            Column("by", gettext_lazy("Sent by"), lambda row: row.asked_by_name),
            Column("since", gettext_lazy("Status since"), lambda row: moment(row.status_at)),
            Column("status_by", gettext_lazy("Status by"), lambda row: row.status_by_name),
            Column("said", gettext_lazy("CBP wrote"), lambda row: row.said),
        ],
        filters=[
            Filter("q", gettext_lazy("Request or company"), _by_text),
            Filter("stage", gettext_lazy("Stage"), _by_stage, lambda: _STAGES),
            Filter("status", gettext_lazy("Status"), _by_status, lambda: statuses),
            Filter("kind", gettext_lazy("What changes"), _by_kind, lambda: ChangeKind.choices),
        ],
        sort="-sent",
        complete=add_lines,
    )


def _what(row: Any) -> str:
    return short_words(row, row.shown_lines)


def _account(row: ChangeRequest) -> str:
    """The company, and for numbers the reference of the C-TPAT account."""
    if row.is_of_name or row.security_model is None:
        return str(row.trade_account.name)
    return f"{row.trade_account.name} – {row.security_model.reference}"


def _status(row: ChangeRequest) -> str:
    return str(row.get_status_display())


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        company = Q(search.contains(word, "trade_account__name"))
        rows = rows.filter(Q(search.contains(word, "reference")) | company)
    return rows


def _by_stage(rows: QuerySet[Any], stage: str) -> QuerySet[Any]:
    is_open = Q(status__in=sorted(UNFINISHED))
    return rows.filter(is_open if stage == OPEN else ~is_open)


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    return rows.filter(status=status)


def _by_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return rows.filter(kind=kind)
