"""Reads the outbox, what people have chosen, and their notices.

Of the outbox: what is due, how long it waits, what was given up.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, Min, OuterRef, Q, QuerySet, Subquery, When

from core import clock
from core.access import Access
from core.errors import NotVisible
from core.mailboxes import LONGEST, NoAddress, canonical_address
from notifications.models import Choice, FailingAddress, Notification, Outbox
from notifications.policies import P
from notifications.providers.kinds import Kind, Recipient, is_asked_for
from notifications.states import ENDED, OutboxState, Way

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


def with_old_text(before: dt.datetime) -> QuerySet[Outbox, uuid.UUID]:
    """The ids of emails that were sent or given up before an instant and still have their text."""
    rows = Outbox.objects.filter(state__in=ENDED)
    rows = rows.exclude(text="").filter(created_at__lte=before).order_by("created_at")
    rows = rows.filter(Q(sent_at=None) | Q(sent_at__lte=before))
    return rows.values_list("pk", flat=True)


# --- emails that come back -----------------------------------------------------------------------


def address_key(address: str) -> str:
    """The spelling by which the state of an address is stored: one for each mailbox."""
    try:
        return canonical_address(address[:LONGEST])
    except NoAddress:
        return address[:LONGEST].strip().casefold()


def sent_within(mail_ids: Iterable[uuid.UUID], period: clock.Clock) -> list[Outbox]:
    """The emails among these that were handed over within a period.

    One that is being handed over counts too: it may come back before its row says that it went.
    """
    since = clock.now() - period.span
    sent = Q(state=OutboxState.SENT, sent_at__gte=since)
    going = Q(state=OutboxState.PENDING, attempts__gt=0)
    rows = Outbox.objects.filter(sent | going)
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


# --- how notices reach people -------------------------------------------------------------------

#: The kind of the choice that is about the digest itself.
EVERY_DIGEST = ""


def ways_for(declared: Kind, people: Iterable[Recipient]) -> dict[uuid.UUID, Way]:
    """How a notice of this kind reaches each of these people who have a sign-in."""
    ids = {one.user_id for one in people if one.user_id is not None}
    if len(declared.ways) == 1 or not ids:
        return dict.fromkeys(ids, declared.default)
    chosen: dict[tuple[uuid.UUID, str], str] = {
        (user_id, code): way
        for user_id, code, way in Choice.objects.filter(
            user_id__in=ids, kind__in=[declared.code, EVERY_DIGEST]
        ).values_list("user_id", "kind", "way")
    }
    return {
        one: declared.way_for(
            chosen.get((one, declared.code), ""), without_digests=(one, EVERY_DIGEST) in chosen
        )
        for one in ids
    }


def choices_of(user_id: uuid.UUID) -> dict[str, str]:
    """What a person has chosen, by kind; :data:`EVERY_DIGEST` if the person has ended the
    digest.
    """
    return dict(Choice.objects.filter(user_id=user_id).values_list("kind", "way"))


# --- notices inside the portal ------------------------------------------------------------------

#: The number of unread notices is counted up to here.
COUNTED = 100


def unread_notices(user_id: Any) -> QuerySet[Notification]:
    """The notices that a person has not read."""
    return Notification.objects.filter(user_id=user_id, read_at=None).order_by()


def unread_count(user_id: uuid.UUID) -> int:
    """How many notices a person has not read, at most :data:`COUNTED`."""
    return unread_notices(user_id)[:COUNTED].count()


def notices_of(user_id: uuid.UUID) -> QuerySet[Notification]:
    """All notices of a person."""
    return Notification.objects.filter(user_id=user_id)


def notice_of(user_id: uuid.UUID, notice_id: uuid.UUID) -> Notification:
    """One notice of this person. Raises NotVisible for those of others."""
    found = notices_of(user_id).filter(pk=notice_id).first()
    if found is None:
        raise NotVisible("notice")
    return found


def accounts_in_notices(user_id: uuid.UUID) -> list[str]:
    """The names of the companies that a person's notices are about, in their order."""
    rows = notices_of(user_id).exclude(account="").values_list("account", flat=True)
    return list(rows.distinct().order_by("account"))


def for_digest() -> QuerySet[Notification]:
    """The notices that no digest has named yet."""
    return Notification.objects.filter(way=Way.DIGEST, digested_at=None)


def waiting_for_digest() -> list[tuple[uuid.UUID, dt.datetime]]:
    """Everyone for whom notices wait for the digest, and since when."""
    rows = for_digest().values("user_id").annotate(since=Min("created_at"))
    return list(rows.order_by("user_id").values_list("user_id", "since"))
