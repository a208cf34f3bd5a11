"""Reads the outbox: what is due, how long it waits, what was given up."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Subquery, When

from core import clock
from core.access import Access
from core.mailboxes import LONGEST, NoAddress, canonical_address
from notifications.models import FailingAddress, Muted, Outbox, OutboxState
from notifications.policies import P
from notifications.providers.kinds import Recipient, is_asked_for

#: An email that came in names at most so many of ours.
MOST_NAMED = 20
#: What was given up and still has a text and an address.
_COMPLETE = Q(state=OutboxState.DEAD) & ~Q(text="") & ~Q(to_address="")


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


# --- emails that come back -----------------------------------------------------------------------


def address_key(address: str) -> str:
    """The spelling by which the state of an address is stored: one for each mailbox."""
    try:
        return canonical_address(address[:LONGEST])
    except NoAddress:
        return address[:LONGEST].strip().casefold()


def sent_within(mail_ids: Iterable[uuid.UUID], period: clock.Clock) -> list[Outbox]:
    """The emails among these that were handed over within a period."""
    since = clock.now() - period.span
    rows = Outbox.objects.filter(state=OutboxState.SENT, sent_at__gte=since)
    return list(rows.filter(pk__in=list(mail_ids)[:MOST_NAMED]).exclude(to_address=""))


def failing(address: str) -> FailingAddress | None:
    """What is known of an address from which emails come back; None if they arrive."""
    return FailingAddress.objects.filter(address=address_key(address)).first()


def is_stopped(mail: Outbox) -> bool:
    """Whether emails to this address have stopped, and nobody has just asked for this one."""
    if is_asked_for(mail.kind):
        return False
    rows = FailingAddress.objects.filter(address=address_key(mail.to_address))
    return rows.filter(stopped_at__isnull=False).exists()


def sent_and_not_back(quiet: dt.timedelta) -> Subquery:
    """For a failing address: when the newest email went there that has not come back since."""
    rows = Outbox.objects.filter(
        to_address=OuterRef("address"),
        state=OutboxState.SENT,
        sent_at__lte=clock.now() - quiet,
        came_back_at=None,
    )
    return Subquery(rows.order_by("-sent_at").values("sent_at")[:1])


# --- emails that were not sent --------------------------------------------------------------------


def unsent(access: Access) -> QuerySet[Outbox]:
    """Emails that were given up or stopped, without their text: what operators look after."""
    access.require(P.LOOK_AFTER_MAIL)
    rows = Outbox.objects.filter(state__in=[OutboxState.DEAD, OutboxState.STOPPED])
    return rows.annotate(
        is_complete=Case(When(_COMPLETE, then=True), default=False, output_field=BooleanField())
    ).defer("text", "html", "subject")


def can_be_sent_again(rows: QuerySet[Outbox]) -> QuerySet[Outbox]:
    """Those that were given up and still have a text and an address."""
    return rows.filter(_COMPLETE)
