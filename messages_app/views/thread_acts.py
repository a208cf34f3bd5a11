"""What the buttons of a thread do. The page is one form, so each button keeps all that is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.access import Access
from core.errors import Refused
from core.ids import new_id, parse_id
from core.text import filled
from core.web import PortalRequest
from messages_app import page_links
from messages_app.models import Thread
from messages_app.services import readings
from messages_app.services import threads as services
from messages_app.views.draft_page import DraftPage


def act(request: PortalRequest, page: DraftPage, found: Thread) -> HttpResponse | None:
    """Keep the draft and the note, then do what the chosen button says; None shows the page again
    with what was refused.
    """
    post, access = request.POST, request.access
    kept = page.keep()
    _keep_note(request, page, found)
    if not kept:
        return None
    if "unread" in post:
        readings.mark_unread(actor=access, thread=found)
        messages.success(request, _("This thread is marked as unread for you."))
        return redirect(list_of(access))
    if "close_thread" in post:
        return _close(request, page, found)
    if "insert" in post:
        return None
    if "send" in post:
        return _send(request, page, found)
    return _other(request, page, found)


def list_of(access: Access) -> str:
    """The list that a thread belongs to, for the reader's side."""
    return "messages_app:staff-threads" if access.is_staff else "messages_app:inbox"


def _keep_note(request: PortalRequest, page: DraftPage, found: Thread) -> None:
    """A note that was typed is saved whatever button was chosen."""
    data = page.form.cleaned_data
    if not data.get("note") or data.get("note_key") is None:
        return
    about: Any = {"thread_id": found.pk, "form_key": data["note_key"], "body": data["note"]}
    services.add_note(actor=request.access, **about)
    messages.success(request, _("The note is saved. Only staff read it."))
    form: Any = page.form
    form.data = typed = form.data.copy()
    typed["note"], typed["note_key"] = "", str(new_id())


def _other(request: PortalRequest, page: DraftPage, found: Thread) -> HttpResponse:
    """The buttons besides the message."""
    post, access = request.POST, request.access
    try:
        if "ask" in post:
            _ask_colleague(request, found, str(page.form.cleaned_data.get("colleague", "")))
        elif "end_inquiry" in post:
            services.end_inquiry(actor=access, thread_id=found.pk)
            messages.success(request, _("An answer is no longer needed."))
        elif "start_inquiry" in post:
            services.start_inquiry(actor=access, thread_id=found.pk)
            messages.success(request, _("The thread is an inquiry. The time to reply began today."))
        elif "save" in post:
            messages.success(request, _("Your draft is saved. Only you can see it."))
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    return redirect(page_links.page_for(found, is_staff=access.is_staff))


def _ask_colleague(request: PortalRequest, found: Thread, chosen: str) -> None:
    done = services.ask_colleague(
        actor=request.access, thread_id=found.pk, user_id=parse_id(chosen)
    )
    words = _("Nobody in particular takes care of this thread now.")
    if done.colleague is not None:
        words = _("%(name)s takes care of this thread now.")
        words = filled(words, name=done.colleague.name)
    messages.success(request, words)


def _close(request: PortalRequest, page: DraftPage, found: Thread) -> HttpResponse | None:
    """Close the thread; a typed answer stays as a draft."""
    form: Any = page.form
    version = form.cleaned_data.get("version") or 0
    done = form.run(
        lambda _data: services.close(actor=request.access, thread_id=found.pk, version=version)
    )
    if done is None:
        return None
    messages.success(request, _("The thread is closed. A new message opens it again."))
    return redirect(list_of(request.access))


def _send(request: PortalRequest, page: DraftPage, found: Thread) -> HttpResponse | None:
    access, draft = request.access, page.draft
    form: Any = page.form
    data = form.cleaned_data
    more = {name: data[name] for name in ("is_inquiry", "close") if name in data}
    done = form.run(
        lambda _data: services.reply(
            actor=access,
            thread_id=found.pk,
            form_key=draft.pk if draft else data["form_key"],
            body=data["body"],
            version=data["version"],
            **more,
        )
    )
    if done is None:
        return None
    messages.success(request, _("Your message is sent."))
    return redirect(page_links.page_for(found, is_staff=access.is_staff))
