"""Messages to many partners: which were sent, how far one has come, and what became of each row."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.web import PortalRequest, exported, requires
from messages_app.listings import BROADCASTS, RESULTS
from messages_app.policies import P
from messages_app.presentation.many_results import result_lines
from messages_app.selectors import broadcasts as selectors
from messages_app.services import broadcasts as services


@require_safe
@requires(P.SEE_INBOX)
def broadcasts(request: PortalRequest) -> HttpResponse:
    """The messages to many that the reader sent; for management, all."""
    page = BROADCASTS.show(selectors.broadcasts_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "messages-to-many")
    context = {"page": page, "page_code": "W-14"}
    return render(request, "messages_app/broadcasts.html", context)


@require_safe
@requires(P.SEE_INBOX)
def broadcast(request: PortalRequest, broadcast_id: uuid.UUID) -> HttpResponse:
    """How far one has come, and the result for each partner."""
    found = selectors.broadcast_of(request.access, broadcast_id)
    page = RESULTS.show(selectors.rows_of(found), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "message-to-many")
    is_running = bool(found.waiting) and found.stopped_at is None
    to_send = selectors.rows_of(found).filter(thread=None, left_out=False).count()
    context = {
        "broadcast": found,
        "page": page,
        "rows": result_lines(page.page),
        "is_running": is_running,
        "left_to_send": 0 if is_running else to_send,
        "is_author": found.author_id == request.access.user_id,
        "page_code": "W-15",
    }
    return render(request, "messages_app/broadcast.html", context)


@require_POST
@requires(P.SEE_INBOX)
def stop(request: PortalRequest, broadcast_id: uuid.UUID) -> HttpResponse:
    """Send nothing more of it."""
    services.stop(actor=request.access, broadcast_id=broadcast_id)
    messages.success(request, _("Nothing more is sent. What was sent stays."))
    return redirect("messages_app:broadcast", broadcast_id)


@require_POST
@requires(P.SEE_INBOX)
def go_on(request: PortalRequest, broadcast_id: uuid.UUID) -> HttpResponse:
    """Send it to those who did not get it yet."""
    try:
        services.go_on(actor=request.access, broadcast_id=broadcast_id)
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    else:
        messages.success(request, _("The message is being sent. You can leave this page."))
    return redirect("messages_app:broadcast", broadcast_id)
