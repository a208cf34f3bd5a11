"""My queue and the pool."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Refused
from core.web import PortalRequest, exported, requires
from reviews import services
from reviews.lines import next_url, pool_rows, queue_lead, queue_rows, queue_views
from reviews.listings import POOL, QUEUE
from reviews.pictures import bars
from reviews.selectors import pool as pool_selectors
from reviews.selectors import queue as queue_selectors
from security_models.policies import P


@requires(P.WORK_QUEUE)
def my_queue(request: PortalRequest) -> HttpResponse:
    """The submissions that wait for the reader, with the picture of how long they have waited."""
    partners = queue_selectors.portfolio(request.access)
    page = QUEUE.show(queue_selectors.queue_of(partners), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "queue")
    ageing = queue_selectors.ageing(partners)
    rows = queue_rows(page.page)
    context = {
        "page": page,
        "rows": rows,
        "next_url": next_url(rows),
        "ageing": ageing,
        "bars": list(bars(ageing)),
        "views": queue_views(ageing, page),
        "lead": queue_lead(ageing, len(partners)),
        "page_code": "Q-1",
    }
    return render(request, "reviews/queue.html", context)


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
