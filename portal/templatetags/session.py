"""What every page knows about the reader's session: its person and its end."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.crypto import keyed_hash
from identity.services.kept_posts import SECRET
from identity.views.browser_session import SET_UP, seconds_left

register = template.Library()


@register.simple_tag(takes_context=True)
def session_life(context: template.Context) -> SafeString | str:
    """Attributes of ``<body>`` for ``session.js`` and ``drafts.js``; no person on public pages.

    Empty if the reader is unknown, so that an error page does not look like a sign-out.
    """
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None:
        return ""
    secret = ("data-secret", SECRET.pattern)
    if not user.is_authenticated:
        visitor = (("data-person", ""), ("data-visitor", _visitor(request)), secret)
        return format_html_join(" ", '{}="{}"', visitor)
    left = seconds_left(request)
    about = (
        ("data-person", keyed_hash("session-person", str(user.pk))[:16]),
        ("data-idle", left["idle"]),
        ("data-last", left["last"]),
        ("data-warn", settings.SESSION_WARNING_SECONDS),
        ("data-stay", reverse("identity:stay")),
        secret,
        ("data-single-keys", "on" if user.single_keys else "off"),
        *((("data-palette", reverse("portal:find")),) if _has_palette(user) else ()),
    )
    return format_html_join(" ", '{}="{}"', about)


def _has_palette(user: Any) -> bool:
    """Whether Ctrl+K finds accounts and pages: staff have a search of their own."""
    return bool(user.palette) and not user.staff_role


def _visitor(request: Any) -> str:
    """The registration in progress in this browser, so that nobody later reads what was typed;
    empty without one.
    """
    registers = getattr(request, "session", {}).get(SET_UP, {}).get("user", "")
    return keyed_hash("session-visitor", registers)[:16] if registers else ""


@register.simple_tag(takes_context=True)
def session_dialogs(context: template.Context) -> SafeString | str:
    """The dialogs that ``session.js`` and ``keys.js`` open, if someone is signed in."""
    user = getattr(context.get("request"), "user", None)
    signed_in = user is not None and user.is_authenticated
    return _drawn("identity/session_dialogs.html", get_language()) if signed_in else ""


@register.simple_tag
def draft_parts() -> SafeString:
    """What ``drafts.js`` shows: the notice above restored text, and the question before leaving."""
    return _drawn("identity/draft_parts.html", get_language())


@lru_cache(maxsize=32)
def _drawn(template: str, language: str) -> SafeString:
    """Drawn once for each language, because it is the same for every reader."""
    return render_to_string(template)
