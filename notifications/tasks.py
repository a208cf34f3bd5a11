"""Delivery in the worker."""

from __future__ import annotations

from celery import shared_task

from notifications import services


@shared_task(ignore_result=True)
def deliver(mail_id: str) -> None:
    """Send one mail."""
    services.deliver(mail_id)


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Send what is due and was not sent: lost tasks and retries. Safe to run at any time."""
    for mail_id in services.due_mail():
        services.deliver(mail_id)
