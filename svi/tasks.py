"""What the worker does for SVI: it tells companies what changed for them (SVI7)."""

from __future__ import annotations

from celery import shared_task

from svi.services import news


@shared_task(ignore_result=True)
def tell_status(news_id: str) -> None:
    """Tell those who monitor an account that its status changed."""
    news.tell_status(news_id)


@shared_task(ignore_result=True)
def sweep_svi_news() -> None:
    """Continue what is due, and tell of agreements that were revoked."""
    news.sweep_svi_news()
