"""Delivers events: claimed by one worker, sent outside any transaction, settled once (R-11).

At least once: a worker that dies after the address has answered leaves a lease that ends, and the
event is sent again with the same id.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext, gettext_noop

from audit.services import account_scope, note_sweep, record
from core import clock, outside
from core.access import Access, system
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from core.text import clean
from notifications.services.sending import notify
from webhooks import page_links
from webhooks.models import ANSWER_LENGTH, Attempt, Delivery, Endpoint, Event
from webhooks.providers import TEST, kind_of
from webhooks.services.signatures import HEADER, secrets_of, signature
from webhooks.states import DeliveryState

log = logging.getLogger(__name__)

REASON = gettext_noop("The delivery of webhooks")
#: No exchange takes longer, whatever the setting says.
MOST_SECONDS = 60
#: How long a claim is valid: longer than an exchange can take.
LEASE = dt.timedelta(minutes=2)
#: The pauses between attempts. Together they are a day; after the last one the event is given up.
PAUSES = [
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=1),
    dt.timedelta(hours=2),
    dt.timedelta(hours=4),
    dt.timedelta(hours=8),
    dt.timedelta(hours=8, minutes=9),
]
#: An address to which nothing was delivered for so long is turned off.
FAILING = dt.timedelta(days=1)
#: An address rests after failures, at most so long.
LONGEST_REST = dt.timedelta(minutes=15)


def _actor() -> Access:
    return system(gettext(REASON))


LEASES = Leases(
    lambda: Delivery.objects.filter(state=DeliveryState.WAITING).exclude(
        endpoint__in=Endpoint.objects.filter(rest_until__gt=clock.now())
    ),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def deliver(delivery_id: uuid.UUID | str) -> bool:
    """Try one delivery, if it is due and no other worker has it; whether it was tried."""
    row = LEASES.claim(delivery_id, gives_up=_is_over)
    if row is None:
        return False
    with on_behalf_of(_actor()):
        endpoint = Endpoint.objects.get(pk=row.endpoint_id)
        body = row.event.body.encode()
    at = int(clock.now().timestamp())
    answer = outside.post(
        endpoint.url,
        body,
        {
            "Content-Type": "application/json",
            "User-Agent": "Partner-Portal-Webhooks/1",
            "Portal-Event-Id": str(row.event_id),
            "Portal-Event-Type": row.event.kind,
            "Portal-Attempt": str(row.attempts),
            HEADER: signature(secrets_of(endpoint), at, body),
        },
        seconds=min(settings.WEBHOOK_SECONDS, MOST_SECONDS),
    )
    _settle(row, answer)
    return True


def _is_over(row: Delivery) -> bool:
    """Whether nothing is sent: the address is off, or what the event says is no longer shared.

    A test goes to an address that is off, too.
    """
    if row.event.kind == TEST:
        return False
    if row.endpoint.off_at is not None:
        return _end(row, DeliveryState.GIVEN_UP)
    if not kind_of(row.event.kind).still_shared(row.event):
        return _end(row, DeliveryState.WITHHELD)
    return False


def _end(row: Delivery, state: DeliveryState) -> bool:
    row.state, row.ended_at = state, clock.now()
    row.save(update_fields=["state", "ended_at"])
    return True


def _settle(row: Delivery, answer: outside.Answer) -> None:
    """Keep what came of an attempt, and say when the next one is, if any."""
    now = clock.now()
    with on_behalf_of(_actor()):
        endpoint = Endpoint.objects.select_for_update().filter(pk=row.endpoint_id).first()
        if endpoint is None or not Delivery.objects.filter(pk=row.pk).exists():
            return
        Attempt.objects.create(
            trade_account_id=row.trade_account_id,
            delivery=row,
            at=now,
            http_status=answer.status,
            why=answer.why,
            milliseconds=round(answer.seconds * 1000),
            answer=clean(answer.text.replace("\x00", ""))[:ANSWER_LENGTH],
        )
        mine = Delivery.objects.filter(
            pk=row.pk, state=DeliveryState.WAITING, attempts=row.attempts
        )
        if answer.is_taken:
            Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.DELIVERED, ended_at=now)
            works = Endpoint.objects.filter(pk=endpoint.pk).exclude(failures=0)
            works.update(failing_since=None, failures=0, rest_until=None)
            return
        is_test = row.event.kind == TEST
        if is_test or row.attempts > len(PAUSES):
            mine.update(state=DeliveryState.GIVEN_UP, ended_at=now)
        else:
            mine.update(next_attempt_at=now + PAUSES[row.attempts - 1])
        if not is_test and endpoint.off_at is None:
            _note_failure(endpoint, now)


def _note_failure(endpoint: Endpoint, now: dt.datetime) -> None:
    """Let the address rest; turn it off after a day of nothing but failures."""
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.failures += 1
    rest = dt.timedelta(seconds=2 ** min(endpoint.failures, 10))
    endpoint.rest_until = now + min(rest, LONGEST_REST)
    endpoint.save(update_fields=["failing_since", "failures", "rest_until"])
    if now - endpoint.failing_since < FAILING:
        return
    stop(endpoint, by="")
    record(
        "webhooks.failed_for_a_day",
        actor=_actor(),
        scope=account_scope(endpoint.trade_account_id),
        subject=("webhook", endpoint.pk),
        name=endpoint.name,
        host=endpoint.host,
    )
    notify(
        "webhook.turned_off",
        scope=account_scope(endpoint.trade_account_id),
        about=endpoint.trade_account,
        url=page_links.page_of(endpoint),
        account=endpoint.trade_account.name,
        webhook=endpoint.name,
        host=endpoint.host,
    )


def stop(endpoint: Endpoint, *, by: str) -> None:
    """Turn an address off; what waits for it is given up."""
    now = clock.now()
    Endpoint.objects.filter(pk=endpoint.pk, off_at=None).update(
        off_at=now, off_by_name=by, version=F("version") + 1
    )
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    waiting.exclude(event__kind=TEST).update(state=DeliveryState.GIVEN_UP, ended_at=now)


def sweep_webhooks() -> int:
    """Deliver what is due: retries, and events whose task was lost; how many were tried."""
    tried = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(500)
    for delivery_id in in_time(due):
        try:
            tried += deliver(delivery_id)
        except Exception:
            log.exception("the delivery %s waits for its next attempt", delivery_id)
    with on_behalf_of(_actor()):
        note_sweep("webhooks", tried=tried)
    return tried


def sweep_old_events(limit: int = 1_000) -> int:
    """Delete events and the log of their deliveries after the days of the setting; how many."""
    before = clock.now() - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    with on_behalf_of(_actor()):
        old = Event.objects.filter(created_at__lt=before)
        old = old.exclude(deliveries__state=DeliveryState.WAITING).order_by("created_at")
        ids = list(old.values_list("pk", flat=True)[:limit])
        Event.objects.filter(pk__in=ids).delete()
        note_sweep("old_webhooks", events=len(ids))
    return len(ids)
