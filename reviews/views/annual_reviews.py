"""Annual reviews for staff: the list, what was signed with one, why one was not done (P10)."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.web import PortalRequest, exported, requires
from reviews.forms.management import ReasonForm
from reviews.listings import annual_reviews_listing
from reviews.presentation.annual_review_page import AnnualReviewPage
from reviews.presentation.annual_review_rows import review_rows, year_rows
from reviews.selectors import annual_review_list
from reviews.selectors.annual_review import signed_review, year_due_on
from reviews.selectors.staffing import all_specialists
from security_models.policies import P
from security_profile.facts.annual_reviews import needs_reason
from security_profile.services.annual_review_closing import reason_seen, record_reason


@requires(P.WORK_QUEUE)
def annual_reviews(request: PortalRequest) -> HttpResponse:
    """The annual reviews of the reader's partners; for management, all."""
    people = all_specialists() if request.access.has(P.OVERSEE) else []
    rows = annual_review_list.annual_reviews(request.access)
    page = annual_reviews_listing(people).show(rows, request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "annual-reviews")
    context = {"page": page, "rows": review_rows(page.page, request.access), "page_code": "R-5"}
    return render(request, "reviews/annual_reviews.html", context)


@requires(P.REVIEW)
def annual_review(
    request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID
) -> HttpResponse:
    """What was signed with an annual review besides the criteria, changes first."""
    signed = signed_review(request.access.security_model, submission_id)
    if signed is None:
        return redirect("reviews:review", model_id, submission_id)
    page = AnnualReviewPage(signed)
    context = {
        "page": page,
        "page_code": "R-4",
        "page_crumbs": [{"label": page.title, "url": ""}],
    }
    return render(request, "reviews/annual_review.html", context)


@requires(P.OVERSEE)
def reason(request: PortalRequest, model_id: uuid.UUID, day: str) -> HttpResponse:
    """Record why the review of a year was not done."""
    model = request.access.security_model
    year = year_due_on(model, day)
    saved = year.row.closing_reason if year.row is not None else ""
    form = ReasonForm.of(request, initial={"reason": saved, "seen": reason_seen(year.row)})
    if form.is_bound:
        done = form.run(
            lambda data: record_reason(
                actor=request.access, model=model, due_on=year.cycle.due_on, **data
            )
        )
        if done is not None:
            messages.success(request, _("The reason is recorded."))
            return _to_partner(request, model_id)
        form.put(reason_seen(year_due_on(model, day).row))
    context = {
        "form": form,
        "line": year_rows(model, [year], request.access)[0],
        "theirs": getattr(form.stale.current, "closing_reason", "") if form.stale else "",
        "can_record": needs_reason(year.cycle, year.state, clock.today()),
        "partner_id": model_id,
        "page_crumbs": [{"label": _("Annual review not done"), "url": ""}],
        "page_code": "G-11",
    }
    return render(request, "reviews/review_reason.html", context, status=form.status)


def _to_partner(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    back = request.GET.get("back", "")
    query = f"?{urlencode({'back': back})}" if back else ""
    return redirect(reverse("reviews:partner", args=[model_id]) + query)
