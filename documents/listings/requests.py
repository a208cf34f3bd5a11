"""Lists of requests for documents: of a company, of a partner, of all partners (D6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, search
from core.days import moment
from core.listing import Column, Filter, Listing
from documents.listings.accounts import account_column, account_filters
from documents.models import DocumentRequest
from documents.presentation.requests import due_of
from documents.selectors.requests import add_numbers
from documents.states import RequestStatus
from security_models.models import SecurityModel

OVERDUE, SOON = "overdue", "week"


def request_listing(accounts: Sequence[SecurityModel]) -> Listing:
    """The requests to these accounts: those that wait first, of them the first due."""
    return Listing(
        columns=[
            Column("title", gettext_lazy("Document"), lambda row: row.title, ["title"]),
            account_column(),
            Column("due", gettext_lazy("Due on"), lambda row: row.due_on, ["due_on"]),
            Column("status", gettext_lazy("Status"), _status, ["status", "-due_on"]),
            Column("documents", gettext_lazy("Documents"), lambda row: row.documents, numeric=True),
        ],
        beneath=[
            Column("when", gettext_lazy("Time"), lambda row: due_of(row).words),
            Column("why", gettext_lazy("Why CBP asks"), lambda row: row.why),
            Column("type", gettext_lazy("Type"), _type),
            Column("asked", gettext_lazy("Asked on"), lambda row: moment(row.asked_at)),
            Column("by", gettext_lazy("Asked by"), lambda row: row.asked_by_name),
            Column("since", gettext_lazy("Status since"), lambda row: moment(row.status_at)),
            Column("status_by", gettext_lazy("Status by"), lambda row: row.status_by_name),
            Column("said", gettext_lazy("CBP wrote"), lambda row: row.said),
        ],
        filters=_filters(accounts),
        sort="-status",
        complete=add_numbers,
    )


def _status(row: DocumentRequest) -> str:
    return str(row.get_status_display())


def _type(row: DocumentRequest) -> str:
    return row.type.name if row.type is not None else _("Any type")


def _filters(accounts: Sequence[SecurityModel]) -> list[Filter]:
    return [
        Filter("q", gettext_lazy("Document or company"), _by_text),
        *account_filters(accounts),
        Filter("status", gettext_lazy("Status"), _by_status, lambda: RequestStatus.choices),
        Filter("due", gettext_lazy("Due"), _by_due, _due_choices),
    ]


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        company = Q(search.contains(word, "security_model__trade_account__name"))
        rows = rows.filter(Q(search.contains(word, "title", "why")) | company)
    return rows


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    return rows.filter(status=status)


def _by_due(rows: QuerySet[Any], when: str) -> QuerySet[Any]:
    today, rows = clock.today(), rows.filter(status=RequestStatus.OPEN)
    if when == OVERDUE:
        return rows.filter(due_on__lt=today)
    return rows.filter(due_on__range=(today, today + dt.timedelta(days=7)))


def _due_choices() -> list[tuple[str, str]]:
    return [(OVERDUE, _("Overdue")), (SOON, _("Within 7 days"))]
