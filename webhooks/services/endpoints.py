"""Company Administrators manage the addresses to which events are sent, in person (R1)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.services import account_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.crypto import encrypt
from core.errors import NotVisible, Problem, refusal, refuse
from core.jobs import enqueue
from core.outside_addresses import outside
from trade_accounts.services.accounts import locked
from webhooks import selectors
from webhooks.models import Delivery, Endpoint
from webhooks.policies import P
from webhooks.providers import TEST, kinds
from webhooks.services.delivery import stop
from webhooks.services.emitting import DELIVER, keep_event, send_to
from webhooks.services.signatures import made_secret
from webhooks.states import DeliveryState

#: The most addresses of one trade account.
MOST = 5
#: How long a delivery, or a test, waits until it is sent again by hand.
PAUSE = dt.timedelta(minutes=1)
#: How long the old secret works beside the new one.
BOTH_WORK = dt.timedelta(hours=24)


@transaction.atomic
def add_endpoint(
    *, actor: Access, form_key: uuid.UUID, name: str, url: str, events: Collection[str]
) -> tuple[Endpoint, str]:
    """Add an address; its secret is returned only this once.

    The same form sent again returns the address without its secret. Raises Refused for an address
    that the portal does not connect to, for unknown events, and for more than :data:`MOST`.
    """
    actor.require(P.MANAGE)
    account = locked(actor.trade_account.pk, no_key=True)
    made = made_before(Endpoint, form_key, trade_account_id=account.pk)
    if made is not None:
        return made, ""
    if Endpoint.objects.filter(trade_account=account).count() >= MOST:
        words = _("This account has %(most)s webhooks. Delete one that you no longer need.")
        raise refusal("too_many", words % {"most": MOST})
    address = outside(url).url
    secret = made_secret()
    endpoint = Endpoint.objects.create(
        pk=form_key,
        trade_account=account,
        name=name,
        url=address,
        events=_checked(events),
        secret=encrypt(secret),
        created_at=clock.now(),
        created_by_name=actor.name,
    )
    _note("added", actor, endpoint, host=endpoint.host)
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    *,
    actor: Access,
    endpoint_id: uuid.UUID,
    version: int,
    name: str,
    url: str,
    events: Collection[str],
) -> Endpoint:
    """Change name, address and events. Raises Stale if someone else was faster."""
    endpoint = _locked(actor, endpoint_id)
    endpoint = save_versioned(
        endpoint, expected=version, name=name, url=outside(url).url, events=_checked(events)
    )
    _note("changed", actor, endpoint, host=endpoint.host)
    return endpoint


@transaction.atomic
def rotate_secret(*, actor: Access, endpoint_id: uuid.UUID) -> tuple[Endpoint, str]:
    """A new secret, returned only this once; the old one works for a day, or until it is ended."""
    endpoint = _locked(actor, endpoint_id)
    secret = made_secret()
    endpoint.old_secret, endpoint.old_until = endpoint.secret, clock.now() + BOTH_WORK
    endpoint.secret = encrypt(secret)
    endpoint.save(update_fields=["old_secret", "old_until", "secret"])
    _note("secret_rotated", actor, endpoint)
    return endpoint, secret


@transaction.atomic
def end_old_secret(*, actor: Access, endpoint_id: uuid.UUID) -> Endpoint:
    """From now on only the new secret signs."""
    endpoint = _locked(actor, endpoint_id)
    if endpoint.has_old_secret:
        _note("old_secret_ended", actor, endpoint)
    endpoint.old_secret, endpoint.old_until = "", None
    endpoint.save(update_fields=["old_secret", "old_until"])
    return endpoint


@transaction.atomic
def turn_off(*, actor: Access, endpoint_id: uuid.UUID) -> Endpoint:
    """Send no more events; what waits is given up."""
    endpoint = _locked(actor, endpoint_id)
    if endpoint.off_at is None:
        stop(endpoint, by=actor.name)
        _note("turned_off", actor, endpoint)
    return endpoint


@transaction.atomic
def turn_on(*, actor: Access, endpoint_id: uuid.UUID) -> Endpoint:
    """Send events from now on. What happened in between is not made up for."""
    endpoint = _locked(actor, endpoint_id)
    if endpoint.off_at is not None:
        endpoint.off_at, endpoint.off_by_name = None, ""
        endpoint.failing_since, endpoint.failures, endpoint.rest_until = None, 0, None
        endpoint.version += 1
        endpoint.save()
        _note("turned_on", actor, endpoint)
    return endpoint


@transaction.atomic
def delete_endpoint(*, actor: Access, endpoint_id: uuid.UUID) -> Endpoint:
    """Delete an address with the log of its deliveries."""
    endpoint = _locked(actor, endpoint_id)
    _note("deleted", actor, endpoint, host=endpoint.host)
    gone = endpoint.pk
    endpoint.delete()
    endpoint.pk = gone
    return endpoint


@transaction.atomic
def send_test(*, actor: Access, endpoint_id: uuid.UUID) -> Delivery:
    """Send a test event to one address, once a minute, also if it is off; the newest one until
    then.
    """
    endpoint = _locked(actor, endpoint_id)
    tests = Delivery.objects.filter(endpoint=endpoint, event__kind=TEST)
    lately = Q(state=DeliveryState.WAITING) | Q(created_at__gt=clock.now() - PAUSE)
    before = tests.filter(lately).order_by("-created_at").first()
    if before is not None:
        return before
    endpoint.rest_until = None
    endpoint.save(update_fields=["rest_until"])
    content = {"is_test": True}
    return send_to(keep_event(TEST, endpoint.trade_account_id, content), [endpoint])[0]


@transaction.atomic
def send_again(*, actor: Access, delivery_id: uuid.UUID) -> Delivery:
    """Deliver an event again, for up to another day. One that waits is tried at once."""
    actor.require(P.MANAGE)
    found = selectors.find_delivery(actor, delivery_id)
    endpoint = _locked(actor, found.endpoint_id)
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    refuse(_problems(endpoint, row))
    now = clock.now()
    row.state, row.ended_at, row.next_attempt_at = DeliveryState.WAITING, None, now
    row.begun_at, row.attempts = now, 0
    row.save(update_fields=["state", "ended_at", "next_attempt_at", "begun_at", "attempts"])
    Endpoint.objects.filter(pk=endpoint.pk).update(rest_until=None)
    enqueue(DELIVER, row.pk)
    return row


def _problems(endpoint: Endpoint, row: Delivery) -> list[Problem]:
    if row.state == DeliveryState.WITHHELD:
        words = _("What this event says is no longer shared with you, so it isn't sent.")
        return [Problem("withheld", words)]
    if endpoint.off_at is not None and row.event.kind != TEST:
        return [Problem("off", _("Turn the webhook on first."))]
    if row.begun_at > clock.now() - PAUSE:
        return [Problem("too_soon", _("This event was sent just now. Send it again in a minute."))]
    return []


#: The acts on one address that have a page of their own.
ACTS: dict[str, Callable[..., Any]] = {
    "test": send_test,
    "turn-off": turn_off,
    "turn-on": turn_on,
    "end-secret": end_old_secret,
    "delete": delete_endpoint,
}


def _checked(events: Collection[str]) -> list[str]:
    if not events or not set(events) <= set(kinds):
        refuse([Problem("events", _("Choose at least one event."), "events")])
    return [one for one in kinds if one in events]


def _locked(actor: Access, endpoint_id: uuid.UUID) -> Endpoint:
    actor.require(P.MANAGE)
    rows = Endpoint.objects.select_for_update(of=("self",))
    endpoint = rows.filter(trade_account=actor.trade_account, pk=endpoint_id).first()
    if endpoint is None:
        raise NotVisible("webhook")
    return endpoint


def _note(what: str, actor: Access, endpoint: Endpoint, **more: Any) -> None:
    record(
        f"webhooks.{what}",
        actor=actor,
        scope=account_scope(endpoint.trade_account_id),
        subject=("webhook", endpoint.pk),
        name=endpoint.name,
        **more,
    )
