"""The partner page and the files a reviewer reads."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.web import PortalRequest, exported, requires
from files.web import serve
from reviews.lines import next_step, partner_rows
from reviews.listings import PARTNERS
from reviews.selectors import partner as selectors
from reviews.selectors.management import partners_of
from security_models.policies import P


@requires(P.WORK_QUEUE)
def partners(request: PortalRequest) -> HttpResponse:
    """The partners the reader looks after; for management all that have submitted."""
    page = PARTNERS.show(partners_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "partners")
    context = {"page": page, "rows": partner_rows(page.page), "page_code": "R-0"}
    return render(request, "reviews/partners.html", context)


@requires(P.REVIEW)
def partner(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """One partner: who it is, where it stands, what it holds, what has happened."""
    found = selectors.partner_of(request.access)
    context = {
        "partner": found,
        "next": next_step(found, request.access),
        "specialist": found.assignment.staff.name if found.assignment else _("Nobody yet"),
        "may_assign": request.access.has(P.ASSIGN),
        "may_vet": request.access.has(P.VET),
        "page_code": "R-1",
    }
    return render(request, "reviews/partner.html", context)


@requires(P.REVIEW)
def paper(request: PortalRequest, model_id: uuid.UUID, paper_id: uuid.UUID) -> HttpResponseBase:
    """Download a supporting paper."""
    return serve(request, selectors.paper_file(request.access.security_model, paper_id))


@requires(P.REVIEW)
def evidence(
    request: PortalRequest, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponseBase:
    """Download a document of the partner, such as evidence of a submission."""
    return serve(request, selectors.evidence_file(request.access.security_model, version_id))
