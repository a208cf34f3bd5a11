"""Sessions of people: set-up, sign-in, what comes before a page, and forms sent too late."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# Private, but the only way to compare a form's token with a secret that has been rotated.
from django.middleware.csrf import _does_token_match  # type: ignore[attr-defined]
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import clock
from core.access import Access, for_user
from core.links import own_path
from core.web import View, access_of, client_ip, page_behind, public, signed_in
from identity import services
from identity.credentials import growing_delay
from identity.credentials.mailed_links import OPENED
from identity.models import User
from identity.models.sessions import handle_of
from identity.selectors import user_state
from identity.session_store import BEGAN_AT, BROWSER, IP, SEEN_AT
from identity.states import SetUpStep

BACKEND = "identity.backends.PasswordBackend"
SET_UP, SECOND_STEP = "set_up", "second_step"
SIGNED_IN_AT, KEPT = "signed_in_at", "kept_paths"
#: The secret of the forms that this person had open in this browser before signing in again.
FORMS_BEFORE = "forms_before"
_TOKEN = re.compile(r"[A-Za-z0-9]{64}")
SECOND_STEP_SECONDS = 5 * 60
#: For this long after a sign-in, the password is not asked for again.
FRESH_SECONDS = 10 * 60
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def seconds_now() -> int:
    """The current time in whole seconds, for sessions."""
    return int(clock.now().timestamp())


def landing(request: HttpRequest, url: str | None = None) -> HttpResponse:
    """Go to ``url`` (by default the ``next`` of the address) if it is ours, otherwise home."""
    wanted = request.GET.get("next", "") if url is None else url
    return redirect(own_path(wanted) or "/")


def acting_as(request: HttpRequest, user: User) -> Access:
    """The access of a person who is known but not signed in: during set-up and sign-in."""
    access = access_of(request)
    return replace(for_user(user), ip=access.ip, request_id=access.request_id)


# --- set-up ---------------------------------------------------------------------------------


def begin_set_up(request: HttpRequest, user: User, next_url: str = "") -> HttpResponse:
    """Open the set-up for a person whose address was just confirmed, in a new session.

    ``next_url`` is where the person goes when it is finished, for example to an invitation.
    """
    opened = request.session.get(OPENED)
    request.session.flush()
    if opened:
        request.session[OPENED] = opened
    request.session[SET_UP] = {"user": str(user.pk), "next": next_url, "at": seconds_now()}
    return redirect(f"identity:set-up-{user.set_up_step}")


def in_set_up(request: HttpRequest) -> User | None:
    """The person whose set-up this is: signed in, or with an address just confirmed."""
    if request.user.is_authenticated:
        return request.user if isinstance(request.user, User) else None
    state = request.session.get(SET_UP)
    if not state or seconds_now() - state["at"] > settings.SESSION_IDLE_SECONDS:
        return None
    return user_state.user_by_id(state["user"])


def set_up_page(step: SetUpStep) -> Callable[[View], View]:
    """A page of the set-up: only for its person, and only after the pages that come first.

    The view gets the access of that person, who is not signed in, together with the request.
    """
    order = list(SetUpStep.values)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: Any) -> HttpResponseBase:
            user = in_set_up(request)
            if user is None:
                words = _(
                    "Your setup was interrupted. A new link takes you back to where you stopped."
                )
                messages.info(request, words)
                return redirect("identity:register")
            if user.set_up_step == SetUpStep.DONE:
                return landing(request)
            if order.index(step) > order.index(user.set_up_step):
                return redirect(f"identity:set-up-{user.set_up_step}")
            if state := request.session.get(SET_UP):
                request.session[SET_UP] = {**state, "at": seconds_now()}
            return view(request, acting_as(request, user))

        return sensitive_post_parameters()(never_cache(public(inner)))

    return decorate


def end_set_up(request: HttpRequest, user: User) -> HttpResponse:
    """Finish the registration: sign the person in and open the page that they wanted."""
    next_url = request.session.get(SET_UP, {}).get("next", "")
    return sign_in(request, user, next_url=next_url)


# --- sign-in --------------------------------------------------------------------------------


def ask_second_step(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Ask for the code, because the password was right. This signs nobody in."""
    request.session.flush()
    bound = user.get_session_auth_hash()
    request.session[SECOND_STEP] = {"user": str(user.pk), "bound": bound, "at": seconds_now()}
    query = "?" + urlencode({"next": next_url}) if next_url else ""
    return redirect(reverse("identity:sign-in-code") + query)


def at_second_step(request: HttpRequest) -> User | None:
    """The person whose code is asked for: the password was right a moment ago, or the session lacks
    the code.
    """
    if request.user.is_authenticated:
        return request.user if isinstance(request.user, User) else None
    state = request.session.get(SECOND_STEP)
    if not state or seconds_now() - state["at"] > SECOND_STEP_SECONDS:
        return None
    user = user_state.user_by_id(state["user"])
    return user if user is not None and user.get_session_auth_hash() == state["bound"] else None


def sign_in(
    request: HttpRequest, user: User, *, device: Any = None, next_url: str = ""
) -> HttpResponse:
    """Start a new session once everything was proved (with a new id, against fixation).

    A person whose idle days are over is disabled first, even if the sweep stands still (R7).
    """
    if services.disable_if_idle(user_id=user.pk) is not None:
        user.refresh_from_db()
    for state in (SET_UP, SECOND_STEP):
        request.session.pop(state, None)
    renew(request, user, device)
    if kept := user_state.kept_paths(user):
        request.session[KEPT] = kept
    services.record_sign_in(actor=acting_as(request, user), request=request)
    return remember(request, landing(request, next_url), user)


def renew(request: HttpRequest, user: User, device: Any) -> None:
    """Give the person a session with a new id, verified by ``device`` if there is one.

    If the session continues for the same person, its twelve hours count from its first start.
    """
    now = seconds_now()
    same = request.user.is_authenticated and request.user.pk == user.pk
    began = request.session.get(BEGAN_AT, now) if same else now
    own_pages = request.META.get("CSRF_COOKIE") if same or last_user(request) == user else None
    if device is not None:
        user.otp_device = device  # type: ignore[attr-defined]  # django_otp reads it at login
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now
    request.session[BEGAN_AT] = began
    if own_pages:
        request.session[FORMS_BEFORE] = own_pages
    note_place(request)


def go_on(request: HttpRequest, user: User, device: Any = None) -> None:
    """Keep this session, under a new id, after a change of the person that has ended the others.

    ``device`` is a second factor that was proved just now.
    """
    update_session_auth_hash(request, user)
    if device is not None:
        django_otp.login(request, device)


def note_place(request: HttpRequest) -> None:
    """Write into the session where it is used from, for its owner's list of open sessions."""
    request.session[IP] = client_ip(request)
    request.session[BROWSER] = request.META.get("HTTP_USER_AGENT", "")[:300]


def note_seen(request: HttpRequest) -> None:
    """Note that the person is active: the session's half hour starts again."""
    request.session[SEEN_AT] = seconds_now()
    note_place(request)


def seconds_left(request: HttpRequest) -> dict[str, Any]:
    """The handle of this session, and the seconds until it ends: without a request, and at the
    latest.

    The session is written once a minute, and its end is counted from what was written. So this is
    what the server will do, not an estimate.
    """
    now, session = seconds_now(), request.session
    return {
        "session": handle_of(session.session_key or ""),
        "idle": max(0, session.get(SEEN_AT, now) + settings.SESSION_IDLE_SECONDS - now),
        "last": max(0, session.get(BEGAN_AT, now) + settings.SESSION_COOKIE_AGE - now),
    }


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in so recently that the password is not asked for again."""
    return seconds_now() - request.session.get(SIGNED_IN_AT, 0) <= FRESH_SECONDS


# --- what comes before a page ---------------------------------------------------------------


def standing_before(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What must be done before any other page, by code and path, the most urgent first."""
    user: Any = request.user
    problem = user_state.may_act(user)
    code = problem.code if problem else ""
    if code == "user_disabled":
        yield "disabled", reverse("identity:disabled")
    if code == "set_up_unfinished":
        yield "set_up", reverse(f"identity:set-up-{user.set_up_step}")
    if user.staff_role and getattr(user, "otp_device", None) is None:
        if user_state.has_second_factor(user):
            yield "second_step", reverse("identity:sign-in-code")
        else:
            yield "second_factor", reverse("identity:factors")
    if code == "password_expired":
        yield "password", reverse("identity:password")


def detour(request: HttpRequest) -> HttpResponse | None:
    """Redirect away from a page until that is done; keep what was posted (U4)."""
    for _code, path in standing_before(request):
        if request.method not in {"GET", "HEAD"}:
            keep(request, request.user)  # type: ignore[arg-type]
        wanted = page_behind(request)
        return redirect(path + "?" + urlencode({"next": wanted}))
    return None


def detour_page(code: str) -> Callable[[View], View]:
    """A page that a detour opens; it stays open unless something more urgent comes first."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            for first, path in standing_before(request):
                if first == code:
                    break
                if request.method not in {"GET", "HEAD"}:
                    keep(request, request.user)
                return redirect(path)
            return view(request, *args, **kwargs)

        guarded: View = signed_in(detours=False)(inner)
        return guarded

    return decorate


# --- forms sent too late --------------------------------------------------------------------


def remember(request: HttpRequest, response: HttpResponse, user: User) -> HttpResponse:
    """Leave a signed cookie in the browser: who signed in last, and that the browser is
    known (U9).
    """
    response.set_signed_cookie(
        growing_delay.device_cookie(),
        growing_delay.device_note(request, user),
        salt=growing_delay.DEVICE_SALT,
        max_age=growing_delay.DEVICE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def last_user(request: HttpRequest) -> User | None:
    """The person who was signed in last in this browser, as long as that session could
    have lasted.
    """
    age = settings.SESSION_COOKIE_AGE + settings.KEPT_POST_SECONDS
    try:
        note = request.get_signed_cookie(
            growing_delay.device_cookie(), default="", salt=growing_delay.DEVICE_SALT, max_age=age
        )
    except BadSignature:
        return None
    return user_state.user_by_id(str(note).partition(":")[0]) if note else None


def keep_expired_post(request: HttpRequest) -> None:
    """Keep what a person sent after their session had ended."""
    user = last_user(request)
    if user is not None and keep(request, user):
        messages.info(
            request,
            _(
                "Your session ended, so nothing was saved. Sign in again. We keep "
                "what you typed for 30 minutes, but you must choose files again."
            ),
        )


def keep(request: HttpRequest, user: User) -> bool:
    """Keep the typed text of this request for ``user``; return whether there was any."""
    if request.content_type not in FORM_TYPES:
        return False
    path = page_behind(request).partition("?")[0]
    kept = services.keep_post(user=user, path=path, fields=list(request.POST.lists()))
    if kept is not None and request.user.is_authenticated:
        request.session[KEPT] = sorted({*request.session.get(KEPT, []), path})
    return kept is not None


def keep_own_form(request: HttpRequest) -> bool:
    """Keep the text of a form whose token is outdated because its own writer signed in again.

    A form of anyone else, or of unknown origin, is not kept. Returns whether it was.
    """
    user, before = request.user, request.session.get(FORMS_BEFORE)
    token = request.POST.get("csrfmiddlewaretoken", "") or request.headers.get("X-CSRFToken", "")
    if not isinstance(user, User) or not before or not _TOKEN.fullmatch(token):
        return False
    return _does_token_match(token, before) and keep(request, user)
