"""The Summary: everything entered, blockers first, and the application as a PDF (P3)."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from core.web import PortalRequest, requires
from files.views.inert_download import rendering_response
from security_profile.policies import SUBMIT, VIEW
from security_profile.presentation.profile_rows import sign_url
from security_profile.services import summary as summaries
from trade_accounts.selectors.asks import asking


@requires(VIEW)
def summary(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Everything of company profile and security profile as it is now; who can sign."""
    model = request.access.security_model
    whole = summaries.summary_of(model, request.access)
    context = {
        "model": model,
        "summary": whole,
        "asking": asking(request.access, "sign", "security_model", problems=whole.blockers),
        "sign_url": sign_url(model) if request.access.has(SUBMIT) else "",
        "page_code": "SP-4",
    }
    return render(request, "security_profile/summary.html", context)


@requires(VIEW)
def summary_pdf(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID
) -> HttpResponseBase:
    """The application of this moment as a PDF; a draft until it was approved as it is."""
    document = summaries.working_document(request.access.security_model, request.access)
    return rendering_response(request, document, inline=True)
