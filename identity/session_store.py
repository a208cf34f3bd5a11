"""Sessions that know their person (setting ``SESSION_ENGINE``), on Django's own machinery.

What the list of open sessions shows is copied from the session's data into columns whenever the
session is saved, so the two cannot differ.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from identity.models import Session

#: When the person signed in; when the last request was noted; the network address; the browser.
BEGAN_AT, SEEN_AT, IP, BROWSER = "began_at", "seen_at", "ip", "browser"


def _instant(seconds: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with their person next to the data."""

    def _validate_session_key(self, key: Any) -> bool:
        """Whether the cookie can be the key of a session; other values are not looked up.

        A quoted cookie can hold any character, even one that no database accepts.
        """
        return isinstance(key, str) and re.fullmatch(r"[a-z0-9]{32}", key) is not None

    @classmethod
    def get_model_class(cls) -> Any:
        """The table of this app."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to be saved, its columns filled from the data."""
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.began_at = _instant(data.get(BEGAN_AT))
        row.seen_at = _instant(data.get(SEEN_AT))
        row.ip = data.get(IP) or None
        row.user_agent = str(data.get(BROWSER, ""))[:300]
        assert isinstance(row, Session)  # noqa: S101  # for the type checker
        return row
