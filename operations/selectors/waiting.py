"""The open requests whose decision is due, for the sweeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core import clock
from operations.models import TradeAccountRequest
from operations.states import ADMINISTRATOR_CLOCK, MANAGEMENT_CLOCK, RequestStatus


def awaiting_administrator(latest: dt.date) -> Iterator[tuple[TradeAccountRequest, dt.date]]:
    """Requests that wait for a Company Administrator, and by when the decision is due."""
    return _due(RequestStatus.ADMINISTRATOR, ADMINISTRATOR_CLOCK, latest)


def awaiting_management(latest: dt.date) -> Iterator[tuple[TradeAccountRequest, dt.date]]:
    """Requests that wait for management, and by when the decision is due."""
    return _due(RequestStatus.MANAGEMENT, MANAGEMENT_CLOCK, latest)


def _due(status: str, code: str, latest: dt.date) -> Iterator[tuple[TradeAccountRequest, dt.date]]:
    rows = TradeAccountRequest.objects.filter(status=status).select_related("asked_by")
    for one in rows.order_by("waits_since", "pk"):
        if one.waits_since is None:
            continue
        due = clock.clock(code).due(clock.program_date(one.waits_since))
        if due <= latest:
            yield one, due
