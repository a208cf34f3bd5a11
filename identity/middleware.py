"""Says who is signed in, ends sessions in time, and returns what was typed when one had ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    load_backend,
    logout,
)
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.middleware import OTPMiddleware

from core.crypto import decrypt
from identity import services
from identity.models import KeptPost, User
from identity.selectors import user_state
from identity.session_store import BEGAN_AT, SEEN_AT
from identity.views.browser_session import KEPT, note_seen, seconds_now

#: A session is written at most this often. So it ends 29 to 30 minutes after the last request, and
#: every page is told the exact second (``identity.views.browser_session.seconds_left``).
WRITTEN_EVERY = 60


class PersonMiddleware(AuthenticationMiddleware):
    """The person who is signed in, as read with the session; Django reads whoever is not."""

    def process_request(self, request: HttpRequest) -> None:
        """``request.user``, once it is asked for."""
        super().process_request(request)
        person: Any = SimpleLazyObject(lambda: _person(request) or get_user(request))
        request.user = person


def _person(request: HttpRequest) -> User | None:
    """The person of the session's row, if everything is as :func:`get_user` asks; else None."""
    session: Any = request.session
    data = {key: session.get(key, "") for key in (SESSION_KEY, BACKEND_SESSION_KEY)}
    person = session.person
    if person is None or str(person.pk) != data[SESSION_KEY]:
        return None
    if data[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend: Any = load_backend(data[BACKEND_SESSION_KEY])
    hashes = session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
    known = backend.user_can_authenticate(person) and constant_time_compare(*hashes)
    return cast(User, person) if known else None


class SecondFactorMiddleware(OTPMiddleware):
    """Which second factor verified the session, as read with the session.

    django-otp reads what is not among them: it is gone, or someone has just signed in.
    """

    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        wanted = request.session.get(DEVICE_ID_SESSION_KEY)
        session: Any = request.session
        known = user.is_authenticated and session.person is not None
        if not (known and user.pk == session.person.pk and wanted in session.second_factors):
            return super()._verify_user_sync(request, user)
        self._init_user_fields(user)
        user.otp_device = SimpleLazyObject(lambda: self._device_from_persistent_id(wanted))
        return user


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
