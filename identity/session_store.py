"""Sessions that know their person (setting ``SESSION_ENGINE``), on Django's own machinery.

What the list of open sessions shows is copied from the session's data into columns whenever the
session is saved, so the two cannot differ.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Now
from django_otp import device_classes

from core.compiled import Compiled
from identity.models import Session, User

#: When the person signed in; when the last request was noted; the network address; the browser.
BEGAN_AT, SEEN_AT, IP, BROWSER = "began_at", "seen_at", "ip", "browser"


def _instant(seconds: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None


def _open(session_key: str) -> QuerySet[Session]:
    rows = Session.objects.filter(session_key=session_key, expire_date__gt=Now())
    return rows.select_related("user").annotate(**_second_factors())[:1]


def _second_factors() -> dict[str, ArraySubquery]:
    """Kind of device -> the ids of those that the person has confirmed."""
    mine = {"user": OuterRef("user"), "confirmed": True}
    return {
        kind.__name__: ArraySubquery(kind.objects.filter(**mine).order_by().values("pk"))
        for kind in device_classes()
    }


#: A session, its person and that person's second factors, in one statement.
_OPEN = Compiled(_open, session_key=str)


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with their person next to the data."""

    #: The person of the row, and the second factors that could have verified the session, by
    #: their persistent id. Whose the session is says its data alone.
    person: User | None = None
    second_factors: frozenset[str] = frozenset()

    def _get_session_from_db(self) -> Session | None:
        row = _OPEN.first(session_key=self.session_key)
        if row is None:
            self._session_key = None
            return None
        self.person = row.user
        self.second_factors = frozenset(
            f"{kind._meta.label_lower}/{pk}"
            for kind in device_classes()
            for pk in getattr(row, kind.__name__)
        )
        return row

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
