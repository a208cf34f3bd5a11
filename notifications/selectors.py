"""Reads the outbox: what is due, how long it waits, what was given up."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from core import clock
from notifications.models import Muted, Outbox, OutboxState
from notifications.providers.kinds import Recipient


def due_mail(limit: int = 200) -> list[uuid.UUID]:
    """The ids of pending emails that are due: what the sweep sends."""
    pending = Outbox.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=clock.now())
    return list(pending.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def outbox_lag() -> dt.timedelta:
    """How long the oldest pending email has waited since it was written. For ``/readyz``."""
    oldest = (
        Outbox.objects.filter(state=OutboxState.PENDING)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    return clock.now() - oldest if oldest else dt.timedelta()


def dead_mail(within: dt.timedelta) -> int:
    """How many emails written within that time were given up. For ``/readyz``."""
    since = clock.now() - within
    return Outbox.objects.filter(state=OutboxState.DEAD, created_at__gte=since).count()


def muted_by(code: str, people: Iterable[Recipient]) -> frozenset[uuid.UUID]:
    """Which of these people do not want this kind by email."""
    ids = [one.user_id for one in people if one.user_id is not None]
    rows = Muted.objects.filter(kind=code, user_id__in=ids)
    return frozenset(rows.values_list("user_id", flat=True))


def muted_kinds(user_id: uuid.UUID) -> set[str]:
    """The kinds that a person does not want by email."""
    return set(Muted.objects.filter(user_id=user_id).values_list("kind", flat=True))
