"""Lists of threads, and one thread with the box for an answer above its messages (M2-M4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Access
from core.errors import NotAllowed, Refused
from core.ids import parse_id
from core.links import own_path
from core.text import filled
from core.web import PortalRequest, exported, requires, signed_in
from files.views.inert_download import rendering_response, serve
from messages_app import page_links
from messages_app.forms.writing import (
    ColleagueForm,
    NoteForm,
    ReplyForm,
    StaffReplyForm,
    TemplateChoice,
)
from messages_app.listings import MOST_NAMES, threads_listing
from messages_app.machine import THREAD
from messages_app.models import Thread
from messages_app.policies import P
from messages_app.presentation.reply_templates import offered
from messages_app.presentation.thread_page import thread_context
from messages_app.presentation.thread_rows import thread_rows
from messages_app.selectors.colleagues import colleagues_of
from messages_app.selectors.drafts import drafts_of, replies_of
from messages_app.selectors.messages import file_of, messages_of, notes_of
from messages_app.selectors.threads import accounts_with_messages, thread_of, threads_of
from messages_app.services import readings, thread_documents
from messages_app.services import threads as services
from messages_app.views.draft_page import DraftPage, initial_of
from security_models.selectors import entered, visible
from trade_accounts.policies import P as AccountP

# --- lists ----------------------------------------------------------------------------------------


@require_safe
@signed_in
def inbox(request: PortalRequest) -> HttpResponse:
    """The threads of all accounts in which the reader is a contact; staff have a list of theirs."""
    if request.access.is_staff:
        return redirect("messages_app:staff-threads")
    return _list(request, None, "messages_app/inbox.html", "W-1")


@require_safe
@requires(AccountP.VIEW)
def account_inbox(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The threads of one trade account, of the C-TPAT accounts in which the reader is a contact."""
    access = request.access
    if not accounts_with_messages(access, trade_id).exists():
        _refuse_member(request, trade_id)
    return _list(request, trade_id, "messages_app/inbox.html", "W-2")


def _refuse_member(request: PortalRequest, trade_id: uuid.UUID) -> None:
    """A member without a role reads who the contacts are, once there is a C-TPAT account (R6)."""
    model = visible(request.access, trade_id).first()
    if model is not None:
        request.access = entered(request.access, model)
        raise NotAllowed(P.READ, P.READ.what)


@require_safe
@requires(P.SEE_INBOX)
def staff_inbox(request: PortalRequest) -> HttpResponse:
    """The threads of the partners whom the reader looks after; for management, of all."""
    return _list(request, None, "messages_app/staff_inbox.html", "W-3")


def _list(
    request: PortalRequest, trade_id: uuid.UUID | None, template: str, code: str
) -> HttpResponse:
    access = request.access
    every = accounts_with_messages(access, trade_id)
    accounts = list(every[: MOST_NAMES + 1])
    chosen = None
    if len(accounts) > MOST_NAMES and (wanted := parse_id(request.GET.get("account"))):
        chosen = every.filter(pk=wanted).first()
    listing = threads_listing(accounts, is_staff=access.is_staff, chosen=chosen)
    page = listing.show(threads_of(access, trade_id), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "messages")
    context = {
        "page": page,
        "rows": thread_rows(access, page.page),
        "drafts": drafts_of(access).count(),
        "can_write": bool(accounts),
        "trade_id": trade_id,
        "page_code": code,
    }
    return render(request, template, context)


@require_POST
@signed_in
def read_all(request: PortalRequest) -> HttpResponse:
    """Mark the threads of the filtered list as read, for this person only."""
    access = request.access
    trade_id = parse_id(request.POST.get("trade_id"))
    listing = threads_listing(accounts_with_messages(access), is_staff=access.is_staff)
    state = QueryDict(request.POST.get("query", "")[:1000])
    rows = listing.show(threads_of(access, trade_id), state).rows.filter(is_unread=True)
    done = readings.mark_many(actor=access, threads=list(rows[:1000]), unread=False)
    words = ngettext("%(n)s thread is marked as read.", "%(n)s threads are marked as read.", done)
    messages.success(request, words % {"n": done})
    return redirect(own_path(request.POST.get("back", "")) or "messages_app:inbox")


# --- one thread -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(P.READ)
def thread(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, thread_id: uuid.UUID
) -> HttpResponse:
    """A thread as the company reads it."""
    return _thread(request, thread_id, "messages_app/thread.html", ReplyForm, "W-4")


@require_http_methods(["GET", "POST"])
@requires(P.ANSWER)
def staff_thread(request: PortalRequest, model_id: uuid.UUID, thread_id: uuid.UUID) -> HttpResponse:
    """A thread as staff read it, with their notes."""
    return _thread(request, thread_id, "messages_app/staff_thread.html", StaffReplyForm, "W-5")


def _thread(
    request: PortalRequest,
    thread_id: uuid.UUID,
    template: str,
    kind: type[ReplyForm],
    code: str,
) -> HttpResponse:
    access = request.access
    found = thread_of(access, thread_id)
    unsent = replies_of(access, found)
    initial = {**initial_of(unsent[0] if unsent else None), "version": found.version}
    form = kind.of(request, initial, sending="send" in request.POST)
    if isinstance(form, TemplateChoice):
        form.offering_templates(offered(access))
    page = DraftPage(request, form, access, found)
    if "autosave" in request.POST:
        return page.as_json()
    if request.method == "POST":
        answer = _act(request, page, found)
        if answer is not None:
            return answer
        found = thread_of(access, thread_id)
    readings.read_now(access, found)
    context = thread_context(access, found, messages_of(found), notes_of(access, found))
    context |= {
        "may_close": not THREAD.problems("close", found, access),
        "form": form,
        "files": page.files(),
        "unsent": [one for one in unsent if str(one.pk) != str(form["form_key"].value())],
        "colleague_form": ColleagueForm(
            initial={"colleague": str(found.colleague_id or "")}
        ).offering(colleagues_of(access.security_model)),
        "note_form": NoteForm(),
        "page_code": code,
    }
    return render(request, template, context, status=form.status)


def _act(request: PortalRequest, page: DraftPage, found: Thread) -> HttpResponse | None:
    """What the chosen button does, after the draft is kept; None shows the page again."""
    post, access = request.POST, request.access
    here = page_links.page_for(found, is_staff=access.is_staff)
    kept = page.keep()
    if "unread" in post:
        readings.mark_unread(actor=access, thread=found)
        messages.success(request, _("This thread is marked as unread for you."))
        return redirect(_list_of(access))
    if "close" in post and "send" not in post:
        return _close(request, page, found)
    if not kept or "insert" in post:
        return None
    if "send" in post:
        return _send(request, page, found)
    messages.success(request, _("Your draft is saved. Only you can see it."))
    return redirect(here)


def _list_of(access: Access) -> str:
    return "messages_app:staff-threads" if access.is_staff else "messages_app:inbox"


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
    return redirect(_list_of(request.access))


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


@require_POST
@requires(P.READ)
def colleague(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, thread_id: uuid.UUID
) -> HttpResponse:
    """Ask a contact to take care of the thread."""
    access = request.access
    found = thread_of(access, thread_id)
    form = ColleagueForm.of(request).offering(colleagues_of(access.security_model))
    done = form.run(
        lambda data: services.ask_colleague(
            actor=access, thread_id=found.pk, user_id=parse_id(data["colleague"])
        )
    )
    if done is None:
        messages.error(request, _("Choose a contact of this account."))
    elif done.colleague is None:
        messages.success(request, _("Nobody in particular takes care of this thread now."))
    else:
        words = _("%(name)s takes care of this thread now.")
        messages.success(request, filled(words, name=done.colleague.name))
    return redirect(page_links.partner_page(found, access.security_model))


@require_POST
@requires(P.ANSWER)
def note(request: PortalRequest, model_id: uuid.UUID, thread_id: uuid.UUID) -> HttpResponse:
    """Write an internal note."""
    access = request.access
    found = thread_of(access, thread_id)
    form = NoteForm.of(request)
    done = form.run(lambda data: services.add_note(actor=access, thread_id=found.pk, **data))
    if done is None:
        context = {"form": form, "thread": found, "back": page_links.staff_page(found)}
        context["page_code"] = "W-6"
        return render(request, "messages_app/note.html", context, status=form.status)
    messages.success(request, _("The note is saved. Only staff read it."))
    return redirect(page_links.staff_page(found))


@require_POST
@requires(P.ANSWER)
def inquiry(request: PortalRequest, model_id: uuid.UUID, thread_id: uuid.UUID) -> HttpResponse:
    """Start or end the time to reply of a thread."""
    access = request.access
    found = thread_of(access, thread_id)
    try:
        if "end" in request.POST:
            services.end_inquiry(actor=access, thread_id=found.pk)
            messages.success(request, _("An answer is no longer needed."))
        else:
            services.start_inquiry(actor=access, thread_id=found.pk)
            messages.success(request, _("The thread is an inquiry. The time to reply began today."))
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    return redirect(page_links.staff_page(found))


@require_safe
@requires(P.READ)
def file(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    thread_id: uuid.UUID,
    file_id: uuid.UUID,
) -> HttpResponseBase:
    """A file of a message, once it is known to be clean (D5)."""
    return _file(request, thread_id, file_id)


@require_safe
@requires(P.ANSWER)
def staff_file(
    request: PortalRequest, model_id: uuid.UUID, thread_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponseBase:
    """The same for staff."""
    return _file(request, thread_id, file_id)


def _file(request: PortalRequest, thread_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    found = file_of(request.access, thread_id, file_id)
    return serve(request, found.file, named_by=[found])


@require_safe
@requires(P.READ)
def pdf(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, thread_id: uuid.UUID
) -> HttpResponseBase:
    """The thread as a PDF, with the hashes of its files."""
    return _pdf(request, thread_id)


@require_safe
@requires(P.ANSWER)
def staff_pdf(
    request: PortalRequest, model_id: uuid.UUID, thread_id: uuid.UUID
) -> HttpResponseBase:
    """The same for staff: without their notes, because it may leave the program."""
    return _pdf(request, thread_id)


def _pdf(request: PortalRequest, thread_id: uuid.UUID) -> HttpResponseBase:
    found = thread_of(request.access, thread_id)
    rendering = thread_documents.document_of(found, messages_of(found))
    return rendering_response(request, rendering)
