"""Notices of the program for their readers: the list, one notice, closing its banner."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.ids import parse_number
from core.links import own_path
from core.web import PortalRequest, exported, page_behind, public, signed_in
from messages_app.listings import READER_NOTICES
from messages_app.presentation.notice_page import reader_page
from messages_app.selectors import reader_notices as selectors
from messages_app.services import notice_reading


@require_safe
@signed_in
def notices(request: PortalRequest) -> HttpResponse:
    """Every notice that concerns the reader, past ones too."""
    rows = selectors.notices_of_reader(request.access, request.notices_stamp)
    page = READER_NOTICES.show(rows, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "notices-of-the-program")
    context = {"page": page, "page_code": "N-10"}
    return render(request, "messages_app/reader_notices.html", context)


@require_safe
@signed_in
def notice(request: PortalRequest, notice_id: uuid.UUID) -> HttpResponse:
    """One notice, with what a correction changed; opening it counts as having seen it."""
    row = selectors.notice_of_reader(request.access, notice_id, request.notices_stamp)
    context = {**reader_page(row), "page_code": "N-11"}
    notice_reading.note_seen(request.access, row)
    return render(request, "messages_app/reader_notice.html", context)


@require_safe
@public
def public_notice(request: PortalRequest, public_notice_id: uuid.UUID) -> HttpResponse:
    """A notice for everyone, for people who are not signed in."""
    row = selectors.notice_for_everyone(public_notice_id)
    context = {**reader_page(row), "page_code": "N-12"}
    return render(request, "messages_app/public_notice.html", context)


@require_POST
@signed_in
def dismiss(request: PortalRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Close the banner of a version. With scripts only the banner goes; the page stays."""
    try:
        notice_reading.dismiss(
            actor=request.access,
            notice_id=notice_id,
            number=parse_number(request.POST.get("number", "")) or 0,
            stamp=request.notices_stamp,
        )
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    if request.headers.get("HX-Request") == "true":
        return render(request, "messages_app/parts/dismissed.html", {})
    return redirect(_behind(request))


def _behind(request: PortalRequest) -> str:
    """The page whose banner was closed."""
    behind = own_path(page_behind(request))
    return behind if behind and behind != request.path else "messages_app:program-notices"
