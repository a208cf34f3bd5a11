"""Annual reviews for staff: what was signed with one (P10)."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from core.web import PortalRequest, requires
from reviews.presentation.annual_review_page import AnnualReviewPage
from reviews.selectors.annual_review import signed_review
from security_models.policies import P


@requires(P.REVIEW)
def annual_review(
    request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID
) -> HttpResponse:
    """What was signed with an annual review besides the criteria, changes first."""
    page = AnnualReviewPage(signed_review(request.access.security_model, submission_id))
    context = {
        "page": page,
        "page_code": "R-4",
        "page_crumbs": [{"label": page.title, "url": ""}],
    }
    return render(request, "reviews/annual_review.html", context)
