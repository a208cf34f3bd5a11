"""Pages around publishing a notice: preview, the second look, discard, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.web import PortalRequest, exported, requires
from messages_app.forms.program_notices import ConfirmNoticeForm, WithdrawForm
from messages_app.listings import ACCOUNTS, PEOPLE
from messages_app.models import ProgramNotice
from messages_app.policies import P
from messages_app.presentation.notice_page import preview_page, publishing_page, said
from messages_app.selectors import program_notices as selectors
from messages_app.services import program_notice_corrections as corrections
from messages_app.services import program_notices as services
from messages_app.states import NoticeStatus


@require_safe
@requires(P.PUBLISH_NOTICES)
def preview(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """The notice as a kind of reader sees it, and a list of who that is now."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    group = request.GET.get("as", "")
    group = group if group in row.groups else ""
    if request.GET.get("show") == "accounts":
        page = ACCOUNTS.show(selectors.accounts_of_draft(request.access, row, group), request.GET)
    else:
        page = PEOPLE.show(selectors.people_of_draft(request.access, row, group), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "audience-of-a-notice")
    context = {
        **preview_page(request.access, row, group, show=request.GET.get("show", "")),
        "page": page,
        "page_code": "N-6",
    }
    return render(request, "messages_app/notice_preview.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH_NOTICES)
def publish(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """The second look: how many people get it; then publish what was read."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    is_draft = row.status in {NoticeStatus.DRAFT, NoticeStatus.DISCARDED}
    act = services.publish if is_draft or (row.number == 1 and not row.correction) else None
    form = ConfirmNoticeForm.of(request, {"version": row.version})
    if form.is_bound:
        done = form.run(_publishing(request, row, act))
        if done is not None:
            messages.success(request, said(done))
            return redirect("messages_app:notice", program_notice_id)
    elif not is_draft and not row.correction:
        return redirect("messages_app:notice", program_notice_id)
    context = {**publishing_page(row), "form": form, "page_code": "N-7"}
    return render(request, "messages_app/notice_publish.html", context, status=form.status)


def _publishing(
    request: PortalRequest, row: ProgramNotice, act: Callable[..., ProgramNotice] | None
) -> Callable[[dict[str, Any]], ProgramNotice]:
    """Publish the draft, or the next version."""
    wanted = act or corrections.publish_correction
    return lambda data: wanted(actor=request.access, notice_id=row.pk, expected=data["version"])


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH_NOTICES)
def discard(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """Discard a draft, or the draft of the next version."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    of_notice = row.status in {NoticeStatus.DRAFT, NoticeStatus.DISCARDED}
    act = services.discard_draft if of_notice else corrections.discard_correction
    form = ConfirmNoticeForm.of(request, {"version": row.version})
    if form.is_bound:
        done = form.run(
            lambda data: act(actor=request.access, notice_id=row.pk, expected=data["version"])
        )
        if done is not None:
            words = _("The draft is discarded.") if of_notice else _("The correction is discarded.")
            messages.success(request, words)
            to = "messages_app:notices" if of_notice else "messages_app:notice"
            return redirect(to, *([] if of_notice else [row.pk]))
    elif row.status != NoticeStatus.DRAFT and not row.correction:
        return redirect("messages_app:notice", row.pk)
    context = {"notice": row, "form": form, "of_notice": of_notice, "page_code": "N-8"}
    return render(request, "messages_app/notice_discard.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH_NOTICES)
def withdraw(request: PortalRequest, program_notice_id: uuid.UUID) -> HttpResponse:
    """Take a published notice back, with a reason that readers see."""
    row = selectors.notice_for_staff(request.access, program_notice_id)
    form = WithdrawForm.of(request, {"version": row.version})
    if form.is_bound:
        done = form.run(
            lambda data: services.withdraw(
                actor=request.access,
                notice_id=program_notice_id,
                expected=data["version"],
                reason=data["reason"],
            )
        )
        if done is not None:
            messages.success(request, _("The notice is withdrawn. Its banner is gone."))
            return redirect("messages_app:notice", program_notice_id)
    elif row.status != NoticeStatus.PUBLISHED:
        return redirect("messages_app:notice", program_notice_id)
    context = {"notice": row, "form": form, "page_code": "N-9"}
    return render(request, "messages_app/notice_withdraw.html", context, status=form.status)
