"""A person's preferences: language and time zone, emails, keyboard shortcuts."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.web import PortalRequest, signed_in
from identity import services
from identity.forms.preferences import KeysForm, NotificationsForm, RegionForm, time_zones
from notifications.providers.kinds import kinds_for
from notifications.selectors import choices_of

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@signed_in
def region(request: PortalRequest) -> HttpResponse:
    """Language and time zone."""
    user = request.access.user
    form = RegionForm.of(request, {"language": user.language, "time_zone": user.time_zone})
    if request.method == "POST":
        saved = form.run(
            lambda data: services.save_region(
                actor=request.access, **{"language": user.language, **data}
            )
        )
        if saved is not None:
            messages.success(request, _("Your language and time zone are saved."))
            return redirect("identity:menu")
    context = {
        "form": form,
        "only_language": settings.LANGUAGES[0][1] if len(settings.LANGUAGES) == 1 else "",
        "zones": time_zones(),
        "now": clock.now(),
        "page_code": "AM-22",
    }
    return render(request, "identity/region.html", context, status=form.status)


@page
@signed_in
def notifications(request: PortalRequest) -> HttpResponse:
    """How notices of each kind come: at once, with the daily digest, or only in the portal."""
    user = request.access.user
    kinds = kinds_for(staff=bool(user.staff_role))
    chosen = NotificationsForm.chosen(kinds, choices_of(user.pk))
    form = NotificationsForm.of(request, chosen, kinds=kinds)
    if request.method == "POST":
        saved = form.run(
            lambda data: services.save_notifications(
                actor=request.access, digest=data["digest"], ways=form.ways
            )
        )
        if saved is not None:
            messages.success(request, _("Your notification settings are saved."))
            return redirect("identity:menu")
    always = [_(one.event) for one in kinds if len(one.ways) == 1]
    context = {"form": form, "topics": form.topics(), "always": always, "page_code": "AM-23"}
    return render(request, "identity/notifications.html", context, status=form.status)


@page
@signed_in
def shortcuts(request: PortalRequest) -> HttpResponse:
    """The list of keyboard shortcuts, and the switches that turn them off."""
    user = request.access.user
    form = KeysForm.of(request, {"single_keys": user.single_keys, "palette": user.palette})
    if request.method == "POST":
        saved = form.run(lambda data: services.save_shortcuts(actor=request.access, **data))
        if saved is not None:
            messages.success(request, _("Your shortcut settings are saved."))
            return redirect("identity:menu")
    context = {"form": form, "page_code": "AM-24"}
    return render(request, "identity/shortcuts.html", context, status=form.status)
