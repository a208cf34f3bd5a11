"""The table of sessions."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from core.crypto import keyed_hash
from identity.models.people import User


def handle_of(session_key: str) -> str:
    """What names a session on a page: whoever reads it cannot use the session."""
    return keyed_hash("session", session_key)[:32]


class Session(AbstractBaseSession):
    """A session, and for one in which someone is signed in, whose it is and from where.

    ``user`` is empty for visitors and during set-up. ``seen_at`` is at most a minute old while
    the person is at work. ``identity.session_store`` fills the columns.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [models.Index(fields=["user", "-seen_at"], name="session_by_user")]

    @classmethod
    def get_session_store_class(cls) -> Any:
        """How a session is read and written."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def handle(self) -> str:
        """What names the session on a page."""
        return handle_of(self.session_key)
