"""Ends sessions in time, and returns what was typed when one had ended."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, QueryDict

from core.crypto import decrypt
from identity import services
from identity.models import KeptPost, User
from identity.selectors import user_state
from identity.session_store import BEGAN_AT, SEEN_AT
from identity.views.browser_session import KEPT, note_seen, seconds_now

#: A session is written at most this often. So it ends 29 to 30 minutes after the last request, and
#: every page is told the exact second (``identity.views.browser_session.seconds_left``).
WRITTEN_EVERY = 60


class SessionLifeMiddleware:
    """Ends sessions that were idle too long or have lasted too long, whatever was done in them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out before the request is handled, or note that the person is active."""
        if SESSION_KEY in request.session:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        session, now = request.session, seconds_now()
        began = session.setdefault(BEGAN_AT, now)
        seen = session.get(SEEN_AT, 0) or began
        idle = now - seen >= settings.SESSION_IDLE_SECONDS
        if idle or now - began >= settings.SESSION_COOKIE_AGE:
            logout(request)
        elif now - seen >= WRITTEN_EVERY or SEEN_AT not in session:
            note_seen(request)


class KeptPostMiddleware:
    """Hands the form what was kept for this person and page, once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set ``request.kept_post`` while the page is made; once the page is shown, forget it."""
        kept = self._kept(request)
        if kept is None:
            return self.get_response(request)
        request.kept_post = QueryDict(decrypt(kept.typed))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == 200:
            services.let_go_of_post(user=kept.user, path=kept.path)
            left = [path for path in request.session.get(KEPT, []) if path != kept.path]
            request.session[KEPT] = left
        return response

    def _kept(self, request: HttpRequest) -> KeptPost | None:
        paths = request.session.get(KEPT) if request.session.session_key else None
        if request.method != "GET" or not paths or request.path not in paths:
            return None
        user = request.user
        return user_state.kept_post(user, request.path) if isinstance(user, User) else None
