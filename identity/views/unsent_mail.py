"""Emails that were not sent: their list, and sending them again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.ids import parse_id
from core.web import PortalRequest, exported, requires
from identity.listings import UNSENT, can_be_sent_again, what_it_reports, why_not_sent
from notifications import selectors
from notifications.policies import P
from notifications.services.dead_letters import TriedAgain, try_again


@require_safe
@requires(P.LOOK_AFTER_MAIL)
def unsent(request: PortalRequest) -> HttpResponse:
    """Emails that were given up or stopped, without their words."""
    shown = UNSENT.show(selectors.unsent(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(shown, kind, "emails-not-sent")
    rows = [
        {
            "mail": one,
            "what": what_it_reports(one),
            "why": why_not_sent(one),
            "again": can_be_sent_again(one),
        }
        for one in shown.page
    ]
    sendable = shown.rows.filter(is_complete=True).count() if shown.total else 0
    context = {"page": shown, "rows": rows, "sendable": sendable, "page_code": "AM-49"}
    return render(request, "identity/helpdesk/unsent.html", context)


@require_POST
@requires(P.LOOK_AFTER_MAIL)
def send_again(request: PortalRequest) -> HttpResponse:
    """Send one email again, or all of the filtered list that can be."""
    query = request.POST.get("query", "")
    tried = try_again(actor=request.access, mail_ids=_asked(request, query))
    _say(request, tried)
    return redirect(f"{reverse('identity:unsent')}?{QueryDict(query).urlencode()}")


def _asked(request: PortalRequest, query: str) -> list[Any]:
    if "every" in request.POST:
        shown = UNSENT.posted(selectors.unsent(request.access), query)
        return list(shown.rows.filter(is_complete=True).values_list("pk", flat=True))
    mail_id = parse_id(request.POST.get("mail"))
    return [mail_id] if mail_id is not None else []


def _say(request: PortalRequest, tried: TriedAgain) -> None:
    if tried.waiting:
        words = ngettext(
            "%(count)s email waits to be sent again.",
            "%(count)s emails wait to be sent again.",
            tried.waiting,
        )
        messages.success(request, words % {"count": tried.waiting})
    if tried.left or not tried.waiting:
        messages.error(request, _("Nothing was sent again: someone else did it, or it can't be."))
