"""Disabled people, for those who can reactivate them (R7)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.text import filled
from core.web import PortalRequest, exported, requires
from identity import services
from identity.acts_on_people import REACTIVATE
from identity.asking import asking
from identity.forms import ConfirmForm
from identity.listings import disabled_users
from identity.policies import P
from identity.selectors import disabled_people


@require_safe
@requires(P.REACTIVATE)
def disabled(request: PortalRequest) -> HttpResponse:
    """The disabled people whom the reader looks after."""
    companies: dict[uuid.UUID, list[str]] = {}
    page = disabled_users(companies).show(
        disabled_people.disabled_people(request.access), request.GET
    )
    kind = request.GET.get("export")
    shown = list(page.rows.all()) if kind else list(page.page)
    companies |= disabled_people.companies_of(request.access, shown)
    if kind:
        return exported(page, kind, "disabled-users")
    rows = [
        {
            "user": user,
            "companies": companies.get(user.pk, []),
            "why": disabled_people.why_disabled(user),
            "can_end": disabled_people.can_end(request.access, user)
            and user.pk != request.access.user_id,
        }
        for user in shown
    ]
    context = {"page": page, "rows": rows, "page_code": "AM-41"}
    return render(request, "identity/disabled_users.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.REACTIVATE)
def reactivate(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """Show why someone is disabled, with the button that reactivates them."""
    user = disabled_people.disabled_person(request.access, user_id)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        done = form.run(
            lambda data: services.reactivate_user(actor=request.access, user_id=user_id)
        )
        if done is not None:
            words = _(
                "You reactivated %(name)s, who must sign in today, before midnight Eastern time."
            )
            messages.success(request, filled(words, name=done.name))
            return redirect("identity:disabled-users")
    context = {
        "form": form,
        "person": user,
        "companies": disabled_people.companies_of(request.access, [user]).get(user.pk, []),
        "why": disabled_people.why_disabled(user),
        "may": disabled_people.may_reactivate(request.access, user),
        "asking": asking(request.access, REACTIVATE, user_id) if user.disabled_at else None,
        "page_code": "AM-42",
    }
    return render(request, "identity/reactivate.html", context, status=form.status)
