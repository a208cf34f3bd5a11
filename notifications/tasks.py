"""Delivery in the worker."""

from __future__ import annotations

from celery import shared_task

from notifications.services import delivery


@shared_task(ignore_result=True)
def deliver(mail_id: str) -> None:
    """Send one email."""
    delivery.deliver(mail_id)


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Send what is due and was not sent."""
    delivery.sweep_outbox()
