"""The overview of a security profile."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.errors import Refused
from core.ids import new_id
from core.web import PortalRequest, requires
from documents import page_links
from security_profile.facts.criterion_answers import Answer
from security_profile.policies import VIEW
from security_profile.presentation.completeness import progress_words, squares_caption
from security_profile.presentation.profile_rows import (
    criterion_lines,
    criterion_url,
    page_url,
    square_rows,
)
from security_profile.selectors import closed_because, overview
from security_profile.services.evidence_zip import zip_evidence
from security_profile.views.filters import Filters


@requires(VIEW)
def profile(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Every criterion with its status, by category, filtered by the URL."""
    model = request.access.security_model
    whole = overview(model)
    filters = Filters(whole, request.GET)
    shown = {one.code for one in filters.shown()}
    many_types = len({one.criterion.types for one in whole.answers}) > 1
    goal = whole.next_to_do
    context = {
        "model": model,
        "profile": whole,
        "filters": filters,
        "shown": len(shown),
        "groups": [
            (one, criterion_lines(whole, _among(one.answers, shown), with_types=many_types))
            for one in whole.categories
        ],
        "squares": square_rows(whole),
        "caption": squares_caption(whole.categories),
        "words": progress_words(whole.counted),
        "goal_url": criterion_url(model, goal.code) if goal else page_url("summary", model),
        "goal": goal,
        "closed": closed_because(model),
        "page_code": "SP-1",
    }
    return render(request, "security_profile/profile.html", context)


def _among(answers: Iterable[Answer], codes: Collection[str]) -> list[Answer]:
    return [one for one in answers if one.code in codes]


@require_POST
@requires(VIEW)
def evidence_zip(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Make a ZIP file of all evidence; its page shows how far it is."""
    return ask_for_evidence(request)


def ask_for_evidence(request: PortalRequest) -> HttpResponse:
    """The page of the new ZIP file; refused, the list of the reader's own with the reason."""
    try:
        package = zip_evidence(actor=request.access, key=new_id())
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem.message))
        return redirect("documents:zips")
    return redirect(page_links.package_page(package.pk))
