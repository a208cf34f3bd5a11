"""The calendar of due dates: its secret address, made, replaced and switched off by its person."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from core.contributions import dated_accounts_of
from core.web import PortalRequest, signed_in
from identity import services
from identity.forms import ConfirmForm
from identity.forms.preferences import CalendarContentForm, CalendarForm
from identity.models import CalendarFeed
from identity.selectors.user_state import calendar_of

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def calendar(request: PortalRequest) -> HttpResponse:
    """Whether the reader has a calendar address, and when it was last read."""
    feed = calendar_of(request.access.user)
    context = {"feed": feed, "accounts": _chosen(request, feed), "page_code": "AM-25"}
    return render(request, "identity/calendar.html", context)


def _chosen(request: PortalRequest, feed: CalendarFeed | None) -> list[str]:
    """The accounts that a calendar was made for, as far as the reader still has them; empty for
    all.
    """
    if feed is None or feed.accounts is None:
        return []
    offered = dated_accounts_of(request.access)
    return [one.words for one in offered if one.security_model_id in feed.accounts]


@page
@signed_in
@sensitive_variables("secret", "made", "address", "subscribe_url")
def make(request: PortalRequest) -> HttpResponse:
    """A new address, shown in the answer to this form and never again."""
    before = calendar_of(request.access.user)
    offered = dated_accounts_of(request.access)
    form = CalendarForm.of(request, CalendarForm.shown(before), offered=offered)
    if request.method == "POST":
        made = form.run(
            lambda data: services.make_calendar(
                actor=request.access, form_key=data["form_key"], **form.content
            )
        )
        if made is not None:
            _feed, secret = made
            address = secret and settings.SITE_URL + reverse("portal:calendar", args=[secret])
            subscribe_url = f"webcal://{address.partition('://')[2]}"
            context = {
                "address": address,
                "subscribe_url": subscribe_url,
                "page_code": "AM-26",
            }
            return render(request, "identity/calendar_made.html", context)
    context = {"form": form, "before": before, "page_code": "AM-26"}
    return render(request, "identity/calendar_form.html", context, status=form.status)


@page
@signed_in
def change(request: PortalRequest) -> HttpResponse:
    """What the calendar shows; its address stays."""
    feed = calendar_of(request.access.user)
    if feed is None and request.method != "POST":
        return redirect("identity:calendar")
    offered = dated_accounts_of(request.access)
    form = CalendarContentForm.of(request, CalendarForm.shown(feed), offered=offered)
    if request.method == "POST":
        saved = form.run(
            lambda _data: services.change_calendar(actor=request.access, **form.content)
        )
        if saved is not None:
            messages.success(request, _("The calendar is changed. Its address stays the same."))
            return redirect("identity:calendar")
    context = {"form": form, "page_code": "AM-28"}
    return render(request, "identity/calendar_change.html", context, status=form.status)


@page
@signed_in
def end(request: PortalRequest) -> HttpResponse:
    """Asks before the calendar is switched off."""
    form = ConfirmForm.of(request)
    if request.method == "POST":
        if form.run(lambda _data: services.end_calendar(actor=request.access)):
            messages.success(request, _("The calendar is off. Its address no longer works."))
            return redirect("identity:calendar")
    elif calendar_of(request.access.user) is None:
        return redirect("identity:calendar")
    context = {"form": form, "page_code": "AM-27"}
    return render(request, "identity/calendar_end.html", context, status=form.status)
