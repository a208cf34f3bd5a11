"""Keeps an event in the transaction of its act, for each address that wants it (R-11)."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from core import clock
from core.ids import new_id
from core.jobs import enqueue
from core.tenancy import beyond_tenants
from security_models.models import SecurityModel
from webhooks import selectors
from webhooks.models import Delivery, Endpoint, Event

DELIVER = "webhooks.tasks.deliver"


@beyond_tenants("An event is kept for the company that it is for, whoever acts.")
def emit(
    kind: str,
    *,
    model: SecurityModel,
    subject: uuid.UUID,
    data: Callable[[], dict[str, Any] | None],
) -> Event | None:
    """Send an event to the addresses of a C-TPAT account's company that want its kind.

    ``data`` is what the company may see now; it is only asked if someone wants it, and may answer
    None: nothing is sent.
    """
    endpoints = selectors.wanting([model.trade_account_id], kind)
    content = data() if endpoints else None
    if content is None:
        return None
    event = keep_event(
        kind, model.trade_account_id, content, security_model_id=model.pk, subject=subject
    )
    send_to(event, endpoints)
    return event


def keep_event(
    kind: str, trade_account_id: uuid.UUID, content: dict[str, Any], **more: Any
) -> Event:
    """The row of an event, with the text that is sent and signed."""
    now, event_id = clock.now(), new_id()
    told = {
        "id": str(event_id),
        "type": kind,
        "created_at": now.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
        "account": str(trade_account_id),
        "data": content,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Event.objects.create(
        pk=event_id,
        trade_account_id=trade_account_id,
        kind=kind,
        body=body,
        created_at=now,
        **more,
    )


def send_to(event: Event, endpoints: Iterable[Endpoint]) -> list[Delivery]:
    """Wait for a worker to deliver an event to these addresses."""
    now = clock.now()
    made = Delivery.objects.bulk_create(
        Delivery(
            trade_account_id=event.trade_account_id,
            endpoint=one,
            event=event,
            created_at=now,
            begun_at=now,
            next_attempt_at=now,
        )
        for one in endpoints
    )
    for one in made:
        enqueue(DELIVER, one.pk)
    return made
