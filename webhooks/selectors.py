"""Reads webhooks and their deliveries, of the account that is entered."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from core.access import Access
from core.errors import NotVisible
from security_models.selectors.workplaces import accounts_worked_in
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.states import DeliveryState


def endpoints_of(access: Access) -> QuerySet[Endpoint]:
    """The webhooks of the account, the oldest first."""
    rows = Endpoint.objects.filter(trade_account=access.trade_account)
    return rows.order_by("created_at", "pk")


def endpoints_shown(access: Access) -> QuerySet[Endpoint]:
    """The same with the newest delivery, and how many wait."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    delivered = Max("deliveries__ended_at", filter=Q(deliveries__state=DeliveryState.DELIVERED))
    return endpoints_of(access).annotate(waiting=waiting, delivered_at=delivered)


def find_endpoint(access: Access, endpoint_id: uuid.UUID) -> Endpoint:
    """One webhook of the account. Raises NotVisible otherwise."""
    row = endpoints_of(access).filter(pk=endpoint_id).first()
    if row is None:
        raise NotVisible("webhook")
    return row


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """The deliveries to one address, each with what came of the newest attempt."""
    newest = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-at", "-pk")
    rows = Delivery.objects.filter(endpoint=endpoint).select_related("event")
    return rows.annotate(
        last_at=Subquery(newest.values("at")[:1]),
        last_status=Subquery(newest.values("http_status")[:1]),
        last_why=Subquery(newest.values("why")[:1]),
    )


def find_delivery(access: Access, delivery_id: uuid.UUID) -> Delivery:
    """One delivery to an address of the account. Raises NotVisible otherwise."""
    rows = Delivery.objects.filter(trade_account=access.trade_account)
    row = rows.select_related("event", "endpoint").filter(pk=delivery_id).first()
    if row is None:
        raise NotVisible("delivery")
    return row


def attempts_of(delivery: Delivery) -> list[Attempt]:
    """All attempts of a delivery, the newest first."""
    return list(Attempt.objects.filter(delivery=delivery).order_by("-at", "-pk"))


def may_read(access: Access, delivery: Delivery) -> bool:
    """Whether the reader may see what was sent: events of a C-TPAT account only its contacts (R4,
    R6), and nobody what is no longer shared.
    """
    if delivery.state == DeliveryState.WITHHELD:
        return False
    model_id = delivery.event.security_model_id
    if model_id is None:
        return True
    return accounts_worked_in(access, delivery.trade_account_id).filter(pk=model_id).exists()


def wanting(trade_account_ids: Collection[Any], kind: str) -> list[Endpoint]:
    """The addresses of these companies that get events of a kind now."""
    rows = Endpoint.objects.filter(
        trade_account__in=trade_account_ids, off_at=None, events__contains=[kind]
    )
    return list(rows.order_by("pk"))
