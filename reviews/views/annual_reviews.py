"""Annual reviews for staff: the list, what was signed with one, why one was not done (P10)."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import NotVisible
from core.forms import Difference
from core.text import filled
from core.web import PortalRequest, exported, requires
from reviews.forms.management import ReasonForm
from reviews.forms.review import PartForm
from reviews.listings import annual_reviews_listing
from reviews.presentation.annual_review_page import AnnualReviewPage
from reviews.presentation.annual_review_rows import review_rows, year_rows
from reviews.selectors import annual_review_list
from reviews.selectors.annual_review import signed_review, year_due_on
from reviews.selectors.staffing import all_specialists
from security_models.policies import P
from security_profile.facts.annual_reviews import needs_reason
from security_profile.models import CriterionDecision
from security_profile.selectors.own_records import reason_digest
from security_profile.services.annual_review_closing import record_reason
from security_profile.services.review_parts import decide_part
from security_profile.states import Verdict


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


@requires(P.REVIEW)
def part(
    request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID, part: str
) -> HttpResponse:
    """Return a part that is no criterion with a comment, or take that back."""
    signed = signed_review(request.access.security_model, submission_id)
    if signed is None:
        return redirect("reviews:review", model_id, submission_id)
    page = AnnualReviewPage(signed)
    one = page.parts.get(part)
    if one is None:
        raise NotVisible("part")
    back = reverse("reviews:annual-review", args=[model_id, submission_id]) + _back(request)
    form = PartForm.of(request, initial={"version": one.version, "comment": one.comment})
    if form.is_bound:
        done = form.run(lambda data: _decide_part(request, submission_id, part, form))
        if done is not None:
            messages.success(request, _decided_words(one.label, form.verdict))
            return redirect(back)
    context = {
        "page": page,
        "one": one,
        "stated": page.stated(part),
        "form": form,
        "conflict": _other_decision(form),
        "back": back,
        "page_code": "R-6",
        "page_crumbs": [{"label": page.title, "url": back}, {"label": one.label, "url": ""}],
    }
    return render(request, "reviews/annual_part.html", context, status=form.status)


def _decide_part(
    request: PortalRequest, submission_id: uuid.UUID, part: str, form: PartForm
) -> CriterionDecision:
    return decide_part(
        actor=request.access,
        submission_id=submission_id,
        part=part,
        verdict=form.verdict,
        comment=form.cleaned_data["comment"],
        version=form.cleaned_data["version"],
    )


def _decided_words(label: str, verdict: Verdict) -> str:
    words = _("%(part)s: the return is taken back. Your comment is kept.")
    if verdict == Verdict.RETURNED:
        words = _("%(part)s: returned, as a draft.")
    return filled(words, part=label)


def _other_decision(form: PartForm) -> dict[str, Any] | None:
    """After a conflict (P5): what someone else wrote meanwhile."""
    if form.stale is None:
        return None
    made = form.stale.current
    rows = form.differences({"comment": made.comment})
    if made.verdict != form.verdict:
        labels = [str(Verdict(one).label) for one in (form.verdict, made.verdict)]
        rows.append(Difference(_("Decision"), *labels))
    return {"who": made.decided_by_name, "at": made.decided_at, "rows": rows}


def _back(request: PortalRequest) -> str:
    back = request.GET.get("back", "")
    return f"?{urlencode({'back': back})}" if back else ""


@requires(P.OVERSEE)
def reason(request: PortalRequest, model_id: uuid.UUID, day: str) -> HttpResponse:
    """Record why the review of a year was not done."""
    model = request.access.security_model
    year = year_due_on(model, day)
    saved = year.row.closing_reason if year.row is not None else ""
    form = ReasonForm.of(request, initial={"reason": saved, "seen": reason_digest(year.row)})
    if form.is_bound:
        done = form.run(
            lambda data: record_reason(
                actor=request.access, model=model, due_on=year.cycle.due_on, **data
            )
        )
        if done is not None:
            messages.success(request, _("The reason is recorded."))
            return _to_partner(request, model_id)
        form.put(reason_digest(year_due_on(model, day).row))
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
    return redirect(reverse("reviews:partner", args=[model_id]) + _back(request))
