"""The tab *Addresses*: which addresses of the organization belong to this account (S4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, requires
from security_models import services
from security_models.forms import AddressesForm
from security_models.models import ModelAddress
from security_models.policies import P
from security_models.selectors.addresses import (
    chosen_addresses,
    organization_addresses,
    seen_as,
    suggestion,
)
from security_models.views.frame import after_save, frame, say_saved_on


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def addresses(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Primary, Mailing and Secondary addresses, chosen in one table."""
    model = request.access.security_model
    known, chosen = organization_addresses(model), chosen_addresses(model)
    suggested = suggestion(known, chosen)
    initial = _initial(chosen) | suggested
    form = AddressesForm.of(request, initial, addresses=known, mark=seen_as)
    if request.method == "POST":
        saved = form.run(
            lambda data: services.save_addresses(actor=request.access, model=model, **data)
        )
        if saved is not None:
            say_saved_on(request, "addresses", _("The addresses are saved."))
            return redirect(after_save(request, "addresses"))
    rows = [
        (one, form["primary"][place], form["mailing"][place], form["secondary"][place])
        for place, one in enumerate(known)
    ]
    current = form.stale.current if form.stale else []
    context = frame(request, "addresses", "M-5", form=form, rows=rows, current=current)
    context["suggested"] = bool(suggested) and context["editable"]
    return render(request, "security_models/addresses.html", context, status=form.status)


def _initial(chosen: list[ModelAddress]) -> dict[str, Any]:
    return {
        "seen": seen_as(chosen),
        "primary": next((str(one.address_id) for one in chosen if one.is_primary), ""),
        "mailing": next((str(one.address_id) for one in chosen if one.is_mailing), ""),
        "secondary": [str(one.address_id) for one in chosen if one.is_secondary],
    }
