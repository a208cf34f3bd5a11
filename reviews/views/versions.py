"""Approved versions of a partner, for its specialist and for management (P7)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.web import PortalRequest, requires
from reviews.presentation.staff_places import StaffPlaces
from security_models.policies import P
from security_profile.selectors.submissions import newest_with
from security_profile.selectors.versions import versions_of
from security_profile.views.versions import (
    approvals_context,
    profile_on_context,
    profile_on_response,
    versions_context,
)


@requires(P.REVIEW)
def versions(request: PortalRequest, model_id: uuid.UUID, code: str) -> HttpResponse:
    """The approved versions of a criterion; any two of them compared. The working copy is the
    partner's alone.
    """
    model = request.access.security_model
    context = versions_context(request, versions_of(model, code), StaffPlaces(model))
    found = newest_with(model, code)
    context["criterion_url"] = StaffPlaces(model).criterion(found, code) if found else ""
    return _page(
        request, "reviews/versions.html", _("Versions of %(code)s") % {"code": code}, context
    )


@requires(P.REVIEW)
def approvals(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """All approvals, and what changed between two of them."""
    context = approvals_context(request, StaffPlaces(request.access.security_model))
    return _page(request, "reviews/approvals.html", _("Approvals"), context)


@requires(P.REVIEW)
def profile_on(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """The approved profile as it stood on a program date."""
    context = profile_on_context(request, StaffPlaces(request.access.security_model))
    if context["standing"]:
        iso = context["day"].isoformat()
        context["pdf_url"] = reverse("reviews:profile-on-pdf", args=[model_id, iso])
    return _page(request, "reviews/profile_on.html", _("Profile on a date"), context)


@requires(P.REVIEW)
def profile_on_pdf(request: PortalRequest, model_id: uuid.UUID, day: str) -> HttpResponseBase:
    """The same as a PDF, which says the date."""
    return profile_on_response(request, day, StaffPlaces(request.access.security_model))


def _page(
    request: PortalRequest, template: str, crumb: str, context: dict[str, Any]
) -> HttpResponse:
    context["model"] = request.access.security_model
    context["page_crumbs"] = [{"label": crumb, "url": ""}]
    form = context["form"]
    return render(request, template, context, status=form.status if form is not None else 200)
