"""Lists of threads, and one thread with the box for an answer above its messages (M2-M4)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.ids import parse_id
from core.listing import ListPage
from core.web import PortalRequest, exported, requires, signed_in
from files.views.inert_download import rendering_response, serve
from messages_app.forms.writing import (
    PartnerReplyForm,
    ReplyForm,
    StaffReplyForm,
    TemplateChoice,
)
from messages_app.listings import MOST_NAMES, threads_listing
from messages_app.machine import THREAD
from messages_app.models import Draft
from messages_app.policies import P
from messages_app.presentation.reply_templates import offered
from messages_app.presentation.thread_page import thread_context
from messages_app.presentation.thread_rows import by_account_name, thread_rows
from messages_app.selectors.colleagues import colleagues_of
from messages_app.selectors.drafts import drafts_of, replies_of
from messages_app.selectors.messages import file_of, messages_of, notes_of
from messages_app.selectors.threads import thread_of, threads_of
from messages_app.services import readings, thread_documents
from messages_app.views import thread_acts
from messages_app.views.draft_page import DraftPage, initial_of
from security_models.selectors.workplaces import accounts_worked_in
from security_models.views.members import refuse_member
from trade_accounts.policies import P as AccountP

# --- lists ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def inbox(request: PortalRequest) -> HttpResponse:
    """The threads of all accounts in which the reader is a contact; staff have a list of theirs."""
    if request.access.is_staff:
        return redirect("messages_app:staff-threads")
    return _list(request, None, "messages_app/inbox.html", "W-1")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def account_inbox(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The threads of one trade account, of the C-TPAT accounts in which the reader is a contact."""
    access = request.access
    if not accounts_worked_in(access, trade_id).exists():
        refuse_member(request, trade_id, P.READ)
    return _list(request, trade_id, "messages_app/inbox.html", "W-2")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.SEE_INBOX)
def staff_inbox(request: PortalRequest) -> HttpResponse:
    """The threads of the partners whom the reader looks after; for management, of all."""
    return _list(request, None, "messages_app/staff_inbox.html", "W-3")


def _list(
    request: PortalRequest, trade_id: uuid.UUID | None, template: str, code: str
) -> HttpResponse:
    access = request.access
    every = accounts_worked_in(access, trade_id)
    # Sorted here: of thousands the database would sort all to hand out the first.
    accounts = sorted(every.order_by()[: MOST_NAMES + 1], key=by_account_name)
    chosen, query = None, request.POST.get("query", "")
    asked = QueryDict(query) if request.method == "POST" else request.GET
    if len(accounts) > MOST_NAMES and (wanted := parse_id(asked.get("account"))):
        chosen = every.filter(pk=wanted).first()
    listing = threads_listing(accounts, is_staff=access.is_staff, chosen=chosen)
    if request.method == "POST":
        page = listing.posted(threads_of(access, trade_id), query)
        _read_all(request, page)
        return redirect(request.get_full_path())
    page = listing.show(threads_of(access, trade_id), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "messages")
    context = {
        "page": page,
        "rows": thread_rows(access, page.page),
        "drafts": drafts_of(access).count(),
        "can_write": bool(accounts),
        "until": clock.now().isoformat(),
        "page_code": code,
    }
    return render(request, template, context)


def _read_all(request: PortalRequest, page: ListPage) -> None:
    """Mark the threads of the filtered list as read, for this person only; what came since the
    page was made stays unread.
    """
    until = clock.made_at(request.POST.get("until", ""))
    done = readings.read_all(actor=request.access, rows=page.rows, until=until)
    if not done:
        messages.info(request, _("No thread has changed."))
        return
    words = ngettext("%(n)s thread is marked as read.", "%(n)s threads are marked as read.", done)
    messages.success(request, words % {"n": done})


# --- one thread -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(P.READ)
def thread(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, thread_id: uuid.UUID
) -> HttpResponse:
    """A thread as the company reads it."""
    return _thread(request, thread_id, "messages_app/thread.html", PartnerReplyForm, "W-4")


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
    unsent = _asked_first(replies_of(access, found), request.GET.get("draft"))
    initial = {
        **initial_of(unsent[0] if unsent else None),
        "version": found.version,
        "colleague": str(found.colleague_id or ""),
    }
    form = kind.of(request, initial, sending="send" in request.POST)
    if isinstance(form, TemplateChoice):
        form.offering_templates(offered(access))
    if isinstance(form, PartnerReplyForm):
        form.offering(colleagues_of(access.security_model))
    page = DraftPage(request, form, access, found)
    if "autosave" in request.POST:
        return page.as_json()
    if request.method == "POST":
        answer = thread_acts.act(request, page, found)
        if answer is not None:
            return answer
        found = thread_of(access, thread_id)
    else:
        # What is refused changes nothing, so a page that comes back marks nothing as read.
        readings.read_now(access, found)
    context = thread_context(access, found, messages_of(found), notes_of(access, found))
    context |= {
        "may_close": not THREAD.problems("close", found, access),
        "form": form,
        "files": page.files(),
        "unsent": [one for one in unsent if str(one.pk) != str(form["form_key"].value())],
        "page_code": code,
    }
    return render(request, template, context, status=form.status)


def _asked_first(unsent: list[Draft], asked: str | None) -> list[Draft]:
    """The unsent replies; first the one that the address names, if it is there."""
    return sorted(unsent, key=lambda one: str(one.pk) != asked)


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
