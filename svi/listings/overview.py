"""The monitoring of a partner as its specialist and management see it: columns and filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.days import moment
from core.listing import Column, Filter, Listing
from security_models.models import SecurityModel
from svi.selectors.overview import names_of
from svi.states import MonitoringStatus

#: Who of the two sees the other's status because of the request.
SIDES = [
    ("monitored", gettext_lazy("This partner")),
    ("monitors", gettext_lazy("The other company")),
]


def overview_listing(model: SecurityModel) -> Listing:
    """Everything that was between a partner and other companies, the newest change first. Neither
    statuses nor own notes are part of it: they are shared with the two companies alone (SVI5).
    """
    words = dict(SIDES)

    def complete(rows: Sequence[Any]) -> None:
        names = names_of({row.other_id for row in rows}) if rows else {}
        for row in rows:
            row.other_name = names.get(row.other_id, "")
            row.side = words["monitored" if row.monitor_id == model.pk else "monitors"]
            row.asked_here = row.asker_id == model.pk

    def by_side(rows: QuerySet[Any], side: str) -> QuerySet[Any]:
        return rows.filter(monitor=model) if side == "monitored" else rows.filter(monitored=model)

    return Listing(
        columns=[
            Column("company", gettext_lazy("Company"), lambda row: row.other_name),
            Column("side", gettext_lazy("Who monitors"), lambda row: str(row.side)),
            Column(
                "request",
                gettext_lazy("Request"),
                lambda row: str(row.get_status_display()),
                ["-status_at"],
            ),
            Column("changed", gettext_lazy("Since"), lambda row: moment(row.status_at)),
            Column("asked", gettext_lazy("Asked on"), lambda row: moment(row.asked_at)),
        ],
        filters=[
            Filter("status", gettext_lazy("Request"), _by_status, lambda: MonitoringStatus.choices),
            Filter("side", gettext_lazy("Who monitors"), by_side, lambda: SIDES),
        ],
        sort="request",
        complete=complete,
    )


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    return rows.filter(status=status)
