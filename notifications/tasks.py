"""Delivery in the worker."""

from __future__ import annotations

from celery import shared_task

from core.access import Access
from core.jobs import job
from notifications.services import delivery, retention, returned_mail


@shared_task(ignore_result=True)
def deliver(mail_id: str) -> None:
    """Send one email."""
    delivery.deliver(mail_id)


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Send what is due and was not sent."""
    delivery.sweep_outbox()


@job("emails that arrive again", ignore_result=True)
def sweep_arrived_mail(access: Access) -> None:
    """Forget that addresses failed to which emails go again."""
    returned_mail.sweep_arrived()


@shared_task(ignore_result=True)
def sweep_texts() -> None:
    """Delete the text of emails after its time."""
    retention.sweep_texts()
