"""The partner page and the files a reviewer reads."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from change_requests import page_links as change_links
from change_requests.presentation.change_words import short_words
from change_requests.selectors.requests import newest_of_partner
from core.listing import ListPage
from core.web import PortalRequest, exported, requires
from documents.policies import P as DocumentP
from files.views.inert_download import serve
from identity.asking import askings
from messages_app.presentation.thread_rows import thread_rows
from messages_app.selectors.threads import newest_of
from reviews.listings import POOL, partners_listing
from reviews.presentation.absence_words import specialist_words
from reviews.presentation.annual_review_rows import year_rows
from reviews.presentation.partner_rows import next_step, partner_rows
from reviews.presentation.pool_rows import PoolLine, pool_rows
from reviews.selectors import partner as selectors
from reviews.selectors.management import partners_of
from reviews.selectors.pool import pool
from reviews.selectors.staffing import all_specialists
from security_models.policies import P
from security_models.services.staff import ASSIGNMENT, NOT_ACCEPT, VETTING
from security_profile.views.profile import ask_for_evidence


@require_POST
@requires(DocumentP.EXCHANGE)
def evidence_zip(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Make a ZIP file of all evidence that the partner submitted last."""
    return ask_for_evidence(request)


@requires(P.WORK_QUEUE)
def partners(request: PortalRequest) -> HttpResponse:
    """The partners that the reader looks after; for management, all that have submitted."""
    may_assign = request.access.has(P.ASSIGN)
    people = all_specialists() if may_assign else []
    page = partners_listing(people).show(partners_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "partners")
    context = {
        "page": page,
        "rows": partner_rows(page.page),
        "pool": _in_the_pool(request, page),
        "bulk": reverse("reviews:assign-many") if may_assign else "",
        "page_code": "R-0",
    }
    return render(request, "reviews/partners.html", context)


def _in_the_pool(request: PortalRequest, page: ListPage) -> list[PoolLine]:
    """What a search also finds in the pool, only by the name of the company (R6).

    Management finds these among the partners.
    """
    if "q" not in page.chosen or request.access.has(P.OVERSEE):
        return []
    found = POOL.show(pool(), {"q": page.chosen["q"]})
    return pool_rows(found.page)


#: How many threads the partner page shows; the list of messages has all.
THREADS_SHOWN = 5
#: How many change requests the partner page shows.
CHANGES_SHOWN = 5
#: What a reader of the partner page may have to ask other staff for (R6).
RESERVED = (VETTING, NOT_ACCEPT, ASSIGNMENT)


@requires(P.REVIEW)
def partner(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """One partner: who it is, its status, its data and its history."""
    found = selectors.partner_of(request.access)
    acts = askings(request.access, RESERVED, model_id)
    context = {
        "partner": found,
        "next": next_step(found, request.access, acts[VETTING]),
        "threads": thread_rows(
            request.access, newest_of(request.access, found.model, THREADS_SHOWN)
        ),
        "changes": [
            (one, short_words(one, lines), change_links.of_staff(one))
            for one, lines in newest_of_partner(found.model, CHANGES_SHOWN)
        ],
        "years": year_rows(found.model, found.years, request.access),
        "reserved": [one for one in acts.values() if one.can_ask or one.waits],
        "specialist": specialist_words(found.assignment.staff)
        if found.assignment
        else _("Nobody yet"),
        "may_assign": request.access.has(P.ASSIGN),
        "may_vet": request.access.has(P.VET),
        "page_code": "R-1",
    }
    return render(request, "reviews/partner.html", context)


@requires(P.REVIEW)
def paper(request: PortalRequest, model_id: uuid.UUID, paper_id: uuid.UUID) -> HttpResponseBase:
    """Download a supporting paper."""
    found = selectors.paper_of(request.access.security_model, paper_id)
    return serve(request, found.file, named_by=[found])


@requires(P.REVIEW)
def evidence(
    request: PortalRequest, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponseBase:
    """Download a document of the partner, such as evidence of a submission."""
    version = selectors.evidence_of(request.access.security_model, version_id)
    return serve(request, version.file, named_by=[version])
