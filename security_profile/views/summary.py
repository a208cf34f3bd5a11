"""The Summary: blockers first, then everything entered, and the application as a PDF (P3)."""

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
    """The current company profile and security profile, and who can sign."""
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
    """The current application as a PDF; a draft until it is approved in this form."""
    document = summaries.working_document(request.access.security_model, request.access)
    return rendering_response(request, document, inline=True)
