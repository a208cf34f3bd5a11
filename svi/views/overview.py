"""What a partner's specialist and management read about SVI: the consent and the lists, without
statuses of other companies (R4, SVI5).
"""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web import PortalRequest, exported, requires
from svi.listings.overview import overview_listing
from svi.policies import P
from svi.selectors.overview import monitoring_of
from svi.selectors.participation import consent_of, participation
from svi.selectors.relations import numbers_of
from svi.states import ConsentStatus


@require_safe
@requires(P.OVERSEE)
def overview(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The page; it can only be read."""
    model = request.access.security_model
    page = overview_listing(model).show(monitoring_of(model), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "svi")
    consent = consent_of(model)
    context = {
        "partner": model,
        "consent": consent,
        "is_signed": consent is not None and consent.status == ConsentStatus.SIGNED,
        "participation": participation(model),
        "numbers": numbers_of(model),
        "page": page,
        "rows": list(page.page),
        "page_code": "V-16",
    }
    return render(request, "svi/overview.html", context)
