"""Pages of notices of the program for staff: the list, a notice, its draft, who has seen it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Access
from core.errors import Refused, Stale
from core.ids import parse_id, parse_number
from core.web import PortalRequest, exported, requires
from messages_app.forms.program_notices import (
    CORRECTION,
    DRAFT,
    CorrectionForm,
    DraftForm,
    NewNoticeForm,
    first_values,
    shown_correction,
    shown_values,
)
from messages_app.listings import NOTICES, readers_listing
from messages_app.models import ProgramNotice
from messages_app.policies import P
from messages_app.presentation.notice_page import conflict_of, notice_page, typed_lines
from messages_app.selectors import program_notices as selectors
from messages_app.services import program_notice_corrections as corrections
from messages_app.services import program_notices as services
from messages_app.states import NoticeStatus


@require_safe
@requires(P.READ_ALL_NOTICES)
def notices(request: PortalRequest) -> HttpResponse:
    """Every notice; drafts only for those who publish."""
    page = NOTICES.show(selectors.all_notices(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "notices-of-the-program")
    context = {
        "page": page,
        "may_publish": request.access.has(P.PUBLISH_NOTICES),
        "page_code": "N-1",
    }
    return render(request, "messages_app/notices.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH_NOTICES)
def new(request: PortalRequest) -> HttpResponse:
    """A new draft."""
    form = NewNoticeForm.of(request, first_values())
    if form.is_bound:
        notice = form.run(
            lambda data: services.draft_notice(
                actor=request.access, form_key=data["form_key"], **_only(data, DRAFT)
            )
        )
        if notice is not None:
            _say_saved(request, notice)
            return redirect("messages_app:notice", notice.pk)
    context = {"form": form, "page_code": "N-2"}
    return render(request, "messages_app/notice_edit.html", context, status=form.status)


def _only(data: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: data[name] for name in names}


def _say_saved(request: PortalRequest, notice: ProgramNotice) -> None:
    """The draft is saved; publishing is the next step, unless lines of the list match nothing."""
    if all(one["is_matched"] for one in typed_lines(notice)):
        messages.success(request, _("The draft is saved. Preview it, then publish it."))
    else:
        words = _("The draft is saved. Some lines of the list of accounts need your attention.")
        messages.warning(request, words)


@require_safe
@requires(P.READ_ALL_NOTICES)
def notice(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """One notice: what it says, whom it is for, how far its sending is, what happened to it."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    context = {**notice_page(request.access, row), "page_code": "N-3"}
    return render(request, "messages_app/notice.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH_NOTICES)
def edit(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """Change a draft; for a published notice, the draft of its next version."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    if row.status == NoticeStatus.PUBLISHED:
        return _correct(request, row)
    if row.status != NoticeStatus.DRAFT and request.method != "POST":
        return redirect("messages_app:notice", row.pk)
    form = DraftForm.of(request, shown_values(row))
    if form.is_bound:
        saved = form.run(
            lambda data: services.save_draft(
                actor=request.access,
                notice_id=program_notice_id,
                expected=data["version"],
                **_only(data, DRAFT),
            )
        )
        if saved is not None:
            _say_saved(request, saved)
            return redirect("messages_app:notice", program_notice_id)
    context = {
        "form": form,
        "notice": row,
        "conflict": conflict_of(form, shown_values),
        "page_code": "N-2",
    }
    return render(request, "messages_app/notice_edit.html", context, status=form.status)


def _correct(request: PortalRequest, row: ProgramNotice) -> HttpResponse:
    form = CorrectionForm.of(request, shown_correction(row))
    if form.is_bound:
        saved = form.run(
            lambda data: corrections.save_correction(
                actor=request.access,
                notice_id=row.pk,
                expected=data["version"],
                **_only(data, CORRECTION),
            )
        )
        if saved is not None:
            messages.success(request, _("The correction is saved. Readers see it once published."))
            return redirect("messages_app:notice", row.pk)
    context = {
        "form": form,
        "notice": row,
        "conflict": conflict_of(form, shown_correction),
        "page_code": "N-4",
    }
    return render(request, "messages_app/notice_correct.html", context, status=form.status)


@require_POST
@requires(P.PUBLISH_NOTICES)
def choose(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """Put the reference of an account in the place of a line that several companies have."""
    selectors.notice_for_staff(request.access, program_notice_id)
    try:
        _choose(request.access, program_notice_id, request.POST)
    except Stale:
        words = _("The draft was changed in between. Look at it again, then choose.")
        messages.error(request, words)
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    return redirect("messages_app:notice", program_notice_id)


def _choose(access: Access, program_notice_id: uuid.UUID, typed: Any) -> None:
    services.choose_account(
        actor=access,
        notice_id=program_notice_id,
        expected=parse_number(typed.get("version", "")) or 0,
        line=str(typed.get("line", "")),
        model_id=parse_id(typed.get("model", "")),
    )


@require_safe
@requires(P.READ_ALL_NOTICES)
def readers(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """Who has seen a notice; for a specialist, among the people of their own partners."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    page = readers_listing(request.access).show(
        selectors.readers_of(request.access, row), request.GET
    )
    if kind := request.GET.get("export"):
        return exported(page, kind, "readers-of-a-notice")
    context = {
        "notice": row,
        "page": page,
        "sees_all": request.access.has(P.PUBLISH_NOTICES),
        "page_code": "N-5",
    }
    return render(request, "messages_app/notice_readers.html", context)
