"""A person's own open sessions: the list, ending them, staying signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.web import PortalRequest, signed_in
from identity import services
from identity.presentation.browser_names import browser_in_words
from identity.selectors import user_state
from identity.views import browser_session


@require_safe
@signed_in
def sessions(request: PortalRequest) -> HttpResponse:
    """Where the reader is signed in now."""
    rows = [
        {
            "handle": one.handle,
            "began": one.began_at,
            "seen": one.seen_at,
            "ip": one.ip or "",
            "browser": browser_in_words(one.user_agent),
            "this": one.session_key == request.access.session_key,
        }
        for one in user_state.open_sessions(request.access.user)
    ]
    context = {"rows": rows, "page_code": "AM-21"}
    return render(request, "identity/sessions.html", context)


@require_POST
@signed_in
def end(request: PortalRequest, handle: str) -> HttpResponse:
    """End one of the reader's sessions."""
    access = request.access
    try:
        ended = services.end_session(actor=access, user=access.user, handle=handle)
        if ended.session_key == access.session_key:
            request.session.flush()
            messages.success(request, _("You are signed out."))
            return redirect("identity:sign-in")
        messages.success(request, _("The session has ended."))
    except Refused as refusal:
        messages.info(request, refusal.problems[0].message)
    return redirect("identity:sessions")


@require_POST
@signed_in
def end_others(request: PortalRequest) -> HttpResponse:
    """End all of the reader's sessions except this one."""
    access = request.access
    count = services.end_sessions(actor=access, user=access.user, keep=access.session_key)
    words = ngettext("%(n)d other session has ended.", "%(n)d other sessions have ended.", count)
    messages.success(request, words % {"n": count})
    return redirect("identity:sessions")


@require_POST
@signed_in(detours=False)
def stay(request: PortalRequest) -> HttpResponse:
    """Extend the session by half an hour; answer how long it lasts now."""
    browser_session.note_seen(request)
    return JsonResponse(browser_session.seconds_left(request))
