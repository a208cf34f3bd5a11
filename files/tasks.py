"""Checks and documents in the worker. Each task may run twice: the row's state decides."""

from __future__ import annotations

from celery import shared_task

from files import services

#: The longest time for one document, or for a sweep of them. Each step has its own limits.
MOST_SECONDS = 45 * 60


@shared_task(ignore_result=True)
def scan(file_id: str) -> None:
    """Check one file."""
    services.scan(file_id)


@shared_task(ignore_result=True)
def sweep_scans() -> None:
    """Check what is due."""
    services.sweep_scans()


@shared_task(ignore_result=True, soft_time_limit=MOST_SECONDS - 60, time_limit=MOST_SECONDS)
def render(rendering_id: str) -> None:
    """Make one document."""
    services.render(rendering_id)


@shared_task(ignore_result=True, soft_time_limit=MOST_SECONDS - 60, time_limit=MOST_SECONDS)
def sweep_renderings() -> None:
    """Make what is due."""
    services.sweep_renderings()


@shared_task(ignore_result=True)
def draw(preview_id: str) -> None:
    """Draw the pages of one file and read its text."""
    services.draw(preview_id)


@shared_task(ignore_result=True, soft_time_limit=170, time_limit=180)
def sweep_previews() -> None:
    """Draw what is due."""
    services.sweep_previews()


@shared_task(ignore_result=True)
def sweep_orphans() -> None:
    """Delete files that no row names."""
    services.sweep_orphans()
