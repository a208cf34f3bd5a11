"""A person's notices: the list, one of them, and marking them read or unread."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.ids import parse_id
from core.links import is_inside
from core.web import PortalRequest, exported, signed_in
from identity.listings import notices_of_reader
from identity.presentation.notice_rows import rows_of
from notifications.presentation.kind_words import topic_of
from notifications.presentation.why import why
from notifications.providers.kinds import kind
from notifications.selectors import notice_of, notices_of, unread_count
from notifications.services.reading import mark


@require_safe
@signed_in
def notices(request: PortalRequest) -> HttpResponse:
    """All notices of the reader, newest first."""
    user = request.access.user
    listing = notices_of_reader(user)
    page = listing.show(notices_of(user.pk), request.GET)
    if "export" in request.GET:
        return exported(page, request.GET["export"], "notices")
    context = {
        "page": page,
        "rows": rows_of(page.page),
        "until": clock.now().isoformat(),
        "page_code": "AM-50",
    }
    return render(request, "identity/notices.html", context)


@require_safe
@signed_in
def notice(request: PortalRequest, own_notice_id: uuid.UUID) -> HttpResponse:
    """One notice with its words, and why the reader got it. Who opens it has read it."""
    found = notice_of(request.access.user_id, own_notice_id)
    if request.method == "GET":
        mark(actor=request.access, rows=notices_of(found.user_id).filter(pk=found.pk), read=True)
    declared = kind(found.kind)
    context = {
        "notice": found,
        "paragraphs": [one.strip() for one in found.body.split("\n\n") if one.strip()],
        "topic": topic_of(found.kind),
        "action": declared.button or _("Open the page"),
        "url": found.url if is_inside(found.url) else "",
        "why": why(found, declared),
        "page_code": "AM-51",
    }
    return render(request, "identity/notice.html", context)


@require_POST
@signed_in
def mark_notices(request: PortalRequest) -> HttpResponse:
    """Mark one notice, those of a page, or all that match the filter; or open what one is about.

    Ids of others, and ids that are none, change nothing.
    """
    user, post = request.access.user, request.POST
    query = post.get("query", "")
    if "open" in post:
        opened = notice_of(user.pk, parse_id(post["open"]) or uuid.UUID(int=0))
        mark(actor=request.access, rows=notices_of(user.pk).filter(pk=opened.pk), read=True)
        return redirect(opened.url if is_inside(opened.url) else _page(opened.pk))
    rows, read = _chosen(request, query)
    until = clock.made_at(post.get("until", ""))
    count = mark(actor=request.access, rows=rows, read=read, until=until)
    _say(request, count, read=read)
    back = reverse("identity:notices")
    state = QueryDict(query).urlencode()
    return redirect(f"{back}?{state}" if state else back)


def _page(notice_id: uuid.UUID) -> str:
    return reverse("identity:notice", args=[notice_id])


def _chosen(request: PortalRequest, query: str) -> tuple[Any, bool]:
    """The notices that a button stands for, and whether it marks them read."""
    user, post = request.access.user, request.POST
    every = notices_of(user.pk)
    for name, read in (("read", True), ("unread", False)):
        if name in post:
            return every.filter(pk__in=_ids([post[name]])), read
    if post.get("every") in {"read", "unread"}:
        return notices_of_reader(user).posted(every, query).rows, post["every"] == "read"
    return every.filter(pk__in=_ids(post.getlist("notice"))), post.get("these") == "read"


def _ids(given: list[str]) -> list[uuid.UUID]:
    return [one for one in map(parse_id, given[:100]) if one is not None]


def _say(request: PortalRequest, count: int, *, read: bool) -> None:
    left = unread_count(request.access.user_id)
    if not count:
        messages.info(request, _("No notice has changed."))
        return
    words = (
        ngettext("%(n)d notice is marked as read.", "%(n)d notices are marked as read.", count)
        if read
        else ngettext(
            "%(n)d notice is marked as unread.", "%(n)d notices are marked as unread.", count
        )
    )
    more = "" if left else " " + _("You have read them all.")
    messages.success(request, words % {"n": count} + more)
