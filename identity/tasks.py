"""Work in the background: forgetting what has had its time."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from core.access import Access
from core.jobs import job
from identity import services


@job("what nobody came back for", ignore_result=True)
def sweep_kept_posts(access: Access) -> None:
    """Delete kept posts after 30 minutes."""
    services.sweep_kept_posts()


@job("sessions that have ended", ignore_result=True)
def sweep_ended_sessions(access: Access) -> None:
    """Delete sessions that nobody can use any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
