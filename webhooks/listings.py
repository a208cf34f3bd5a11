"""The log of deliveries: columns, filters, sorting."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.days import moment
from core.listing import Column, Filter, Listing
from webhooks.presentation import kind_words, newest_outcome
from webhooks.providers import TEST, kinds
from webhooks.states import DeliveryState


def deliveries_listing() -> Listing:
    """The deliveries to one address, the newest first."""
    return Listing(
        columns=[
            Column("event", gettext_lazy("Event"), _event, ["event__kind", "-created_at"]),
            Column(
                "at", gettext_lazy("Happened"), lambda row: moment(row.created_at), ["created_at"]
            ),
            Column("state", gettext_lazy("Result"), _state, ["state", "-created_at"]),
            Column("tries", gettext_lazy("Attempts"), lambda row: row.attempts, ["attempts"], True),
        ],
        beneath=[
            Column("id", gettext_lazy("Event id"), lambda row: str(row.event_id)),
            Column("newest", gettext_lazy("Newest attempt"), newest_outcome),
        ],
        filters=[
            Filter("state", gettext_lazy("Result"), _by_state, lambda: DeliveryState.choices),
            Filter("kind", gettext_lazy("Event"), _by_kind, _kinds),
        ],
        sort="-at",
    )


def _event(row: Any) -> str:
    return kind_words(row.event.kind)


def _state(row: Any) -> str:
    return str(row.get_state_display())


def _kinds() -> list[tuple[str, str]]:
    return [(code, kind_words(code)) for code in (*kinds, TEST)]


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(state=state)


def _by_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return rows.filter(event__kind=kind)
