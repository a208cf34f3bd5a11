"""My queue, the notes on its items, and the pool."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.due_calendar import due_calendar
from core.errors import Refused
from core.links import is_inside
from core.web import PortalRequest, exported, requires
from reviews import services
from reviews.forms.queue import SnoozeForm
from reviews.listings import POOL, queue_listing
from reviews.models import WorkItem
from reviews.presentation.absence_words import own_absence
from reviews.presentation.ageing_chart import chart
from reviews.presentation.annual_review_rows import due_by_month
from reviews.presentation.pool_rows import pool_rows
from reviews.presentation.queue_rows import (
    empty_queue,
    item_words,
    next_url,
    partner_name,
    queue_lead,
    queue_rows,
    queue_views,
    snoozed_words,
)
from reviews.selectors import pool as pool_selectors
from reviews.selectors import queue as queue_selectors
from reviews.selectors.annual_review_list import annual_reviews
from reviews.selectors.marks import item_in_queue, marked_queue, marks_of
from reviews.selectors.staffing import absence_of
from security_models.policies import P
from security_profile.selectors.review_list import counts_due


@requires(P.WORK_QUEUE)
def my_queue(request: PortalRequest) -> HttpResponse:
    """The submissions that wait for the reader, with the chart of how long they have waited."""
    partners = queue_selectors.portfolio(request.access)
    marks = marks_of(request.access)
    ageing = queue_selectors.ageing(partners, marks.snoozed)
    waiting = marked_queue(partners, marks)
    page = queue_listing(marks, partners).show(
        waiting, request.GET, plain_total=ageing.total - ageing.snoozed
    )
    if kind := request.GET.get("export"):
        return exported(page, kind, "queue")
    rows = queue_rows(page.page, partners)
    context = {
        "page": page,
        "rows": rows,
        "next_url": next_url(rows),
        "ageing": ageing,
        "chart": chart(ageing, snoozed_words(ageing) if ageing.snoozed else ""),
        "due": due_calendar(ageing.due),
        "annual_due": due_by_month(counts_due(annual_reviews(request.access))),
        "views": queue_views(ageing, page),
        "absence": own_absence(absence_of(request.access.user_id)),
        "empty": empty_queue(ageing),
        "lead": queue_lead(ageing, len(partners)),
        "page_code": "Q-1",
    }
    return render(request, "reviews/queue.html", context)


@requires(P.REVIEW)
@require_POST
def pin(request: PortalRequest, model_id: uuid.UUID, kind: str, item_id: uuid.UUID) -> HttpResponse:
    """Pin an item to the top of the user's own queue, or unpin it (``pinned`` is empty)."""
    pinned = bool(request.POST.get("pinned"))
    item = services.pin(actor=request.access, kind=kind, item_id=item_id, pinned=pinned)
    return _to_queue(request, item)


@requires(P.REVIEW)
def snooze(
    request: PortalRequest, model_id: uuid.UUID, kind: str, item_id: uuid.UUID
) -> HttpResponse:
    """Ask until when and why, then hide an item from the user's own queue."""
    item = item_in_queue(request.access, kind, item_id)
    form = SnoozeForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: services.snooze(actor=request.access, kind=kind, item_id=item_id, **data)
        )
        if done is not None:
            day = date_format(form.cleaned_data["until"], "M j, Y")
            messages.success(request, _("Snoozed until %(day)s.") % {"day": day})
            return _to_queue(request, done)
    context = {
        "form": form,
        "item": item_words(item),
        "partner": partner_name(item),
        "back": _queue_url(request),
        "page_crumbs": [{"label": _("Snooze"), "url": ""}],
        "page_code": "Q-3",
    }
    return render(request, "reviews/snooze.html", context, status=form.status)


@requires(P.REVIEW)
@require_POST
def wake(
    request: PortalRequest, model_id: uuid.UUID, kind: str, item_id: uuid.UUID
) -> HttpResponse:
    """Bring a snoozed item back now."""
    item = services.wake(actor=request.access, kind=kind, item_id=item_id)
    messages.success(request, _("The item is back in your queue."))
    return _to_queue(request, item)


def _to_queue(request: PortalRequest, item: WorkItem) -> HttpResponse:
    """Back to the list that the user came from, at the line of the item if it is there."""
    return redirect(f"{_queue_url(request)}#{item.kind}-{item.id}")


def _queue_url(request: PortalRequest) -> str:
    wanted = request.GET.get("back", "")[:1200]
    return wanted if is_inside(wanted) else reverse("reviews:queue")


@requires(P.SEE_POOL)
def pool(request: PortalRequest) -> HttpResponse:
    """Applications that nobody looks after: name, type and age, and *Claim* (R6)."""
    page = POOL.show(pool_selectors.pool(), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "pool")
    context = {"page": page, "rows": pool_rows(page.page), "page_code": "Q-2"}
    return render(request, "reviews/pool.html", context)


@requires(P.SEE_POOL)
@require_POST
def claim(request: PortalRequest, waiting_id: uuid.UUID) -> HttpResponse:
    """Take a partner from the pool."""
    try:
        services.claim(actor=request.access, model_id=waiting_id)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem.message))
        return redirect("reviews:pool")
    messages.success(request, _("The partner is in your queue. The review has not started."))
    return redirect("reviews:partner", model_id=waiting_id)
