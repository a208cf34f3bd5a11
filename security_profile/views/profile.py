"""The overview of a security profile."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.http import HttpResponse
from django.shortcuts import render

from core.web import PortalRequest, requires
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
