"""The page on which staff decide a change request (T3, S3, G1)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from change_requests import page_links
from change_requests.forms import DecideForm
from change_requests.models import ChangeRequest
from change_requests.policies import P
from change_requests.presentation.request_page import line_rows, steps_of, turn_of
from change_requests.selectors.requests import (
    proofs_of,
    request_of_office,
    request_of_partner,
)
from change_requests.services.deciding import decide
from change_requests.states import ChangeStatus, Decision
from core.text import filled
from core.web import PortalRequest, requires


@require_http_methods(["GET", "POST"])
@requires(P.DECIDE)
def of_partner(
    request: PortalRequest, model_id: uuid.UUID, staff_change_id: uuid.UUID
) -> HttpResponse:
    """A request of a partner, for the specialist in charge and management."""
    return _page(request, request_of_partner(request.access.security_model, staff_change_id))


@require_http_methods(["GET", "POST"])
@requires(P.DECIDE_FOR_OFFICE)
def of_office(request: PortalRequest, office_change_id: uuid.UUID) -> HttpResponse:
    """A request of a company without an application, for management."""
    return _page(request, request_of_office(office_change_id))


def _page(request: PortalRequest, found: ChangeRequest) -> HttpResponse:
    access = request.access
    form = DecideForm.of(request, {"version": found.version})
    if form.is_bound:
        done = form.run(
            lambda data: decide(
                actor=access,
                request=found,
                expected=data["version"],
                decision=Decision(data["decision"]),
                reason=data["reason"],
            )
        )
        if done is not None:
            messages.success(request, _said(done))
            return redirect(page_links.of_staff(done))
        found.refresh_from_db()
    context = {
        "change": found,
        "form": form,
        "lines": line_rows(found, access),
        "proofs": [
            (one, page_links.proof(found, one.pk, is_staff=True)) for one in proofs_of(found)
        ],
        "steps": steps_of(found, is_staff=True),
        "turn": turn_of(found, is_staff=True),
        "can_decide": found.status == ChangeStatus.OPEN or form.is_bound,
        "back": page_links.all_requests(),
        "page_code": "CH-8",
    }
    return render(request, "change_requests/decide.html", context, status=form.status)


def _said(done: ChangeRequest) -> str:
    words = {
        ChangeStatus.APPROVED: _("Request %(reference)s is approved and the changes are made."),
        ChangeStatus.DECLINED: _("Request %(reference)s is declined. Nothing was changed."),
        ChangeStatus.RETURNED: _("Request %(reference)s is with the company again."),
    }[ChangeStatus(done.status)]
    told = _("The Officers are notified.")
    return f"{filled(words, reference=done.reference)} {told}"
