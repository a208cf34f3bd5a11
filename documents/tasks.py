"""What the worker does with documents."""

from __future__ import annotations

from celery import shared_task

from documents.services import trash


@shared_task(ignore_result=True)
def sweep_trash() -> None:
    """Delete for good what was in the trash long enough."""
    trash.sweep_trash()
