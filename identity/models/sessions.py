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
    """The name of a session on a page; it does not let its reader use the session."""
    return keyed_hash("session", session_key)[:32]


class Session(AbstractBaseSession):
    """A session. If someone is signed in, also the person and the network address.

    ``user`` is empty for visitors and during set-up. ``seen_at`` is at most a minute old while the
    person is active. ``identity.session_store`` fills the columns.
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
        """The class that reads and writes sessions."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def handle(self) -> str:
        """The name of the session on a page."""
        return handle_of(self.session_key)
