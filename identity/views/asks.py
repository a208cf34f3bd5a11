"""The page on which staff ask other staff for an act reserved to them (R6)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import NotVisible
from core.text import filled
from core.web import PortalRequest, signed_in
from identity.asking import asking
from identity.forms import AskStaffForm
from identity.services import ask_staff


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: PortalRequest, act_code: str, subject_id: uuid.UUID) -> HttpResponse:
    """Ask for an act with a note. Afterwards the page says who was asked and when."""
    if not request.access.is_staff:
        raise NotVisible("act")
    about = asking(request.access, act_code, subject_id)
    if about.matter.mine and request.method != "POST":
        return redirect(about.matter.url)
    form = AskStaffForm.of(request)
    if request.method == "POST":
        asked = form.run(
            lambda data: ask_staff(
                actor=request.access, code=act_code, subject_id=subject_id, note=data["note"]
            )
        )
        if asked is not None:
            day = date_format(clock.program_date(asked.last_asked_at), "M j, Y")
            words = _("%(names)s got an email on %(day)s. You'll see here when it is done.")
            messages.success(request, filled(words, names=asked.names, day=day))
            return redirect(request.path)
    context = {"asking": about, "form": form, "page_code": "AM-49"}
    return render(request, "identity/ask.html", context, status=form.status)
