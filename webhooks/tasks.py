"""What the worker does for webhooks."""

from __future__ import annotations

from celery import shared_task

from webhooks.services import delivery


@shared_task(ignore_result=True)
def deliver(delivery_id: str) -> None:
    """Try one delivery."""
    delivery.deliver(delivery_id)


@shared_task(ignore_result=True)
def sweep_webhooks() -> None:
    """Deliver what is due."""
    delivery.sweep_webhooks()


@shared_task(ignore_result=True)
def sweep_old_events() -> None:
    """Delete old events with the log of their deliveries."""
    delivery.sweep_old_events()
