"""Shows a frozen submission, and withdraws it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.forms import PortalForm
from core.web import PortalRequest, requires
from files.views.inert_download import rendering_response
from security_profile.models import Submission
from security_profile.policies import SUBMIT, VIEW
from security_profile.presentation.application_document import evidence_index
from security_profile.presentation.profile_rows import page_url
from security_profile.presentation.review_pages import RemarkBox, remark_boxes
from security_profile.selectors import (
    copy_of_record,
    last_reviewed,
    require_unaltered,
    rounds,
    submission_of,
)
from security_profile.selectors.annual_reviews import remarks_on
from security_profile.services import submit
from security_profile.services.summary import submission_document
from trade_accounts.selectors.asks import asking


@requires(VIEW)
def submission(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, submission_id: uuid.UUID
) -> HttpResponse:
    """What was signed and submitted: frozen, with its hash and its copy of record (P8)."""
    found = submission_of(request.access.security_model, submission_id)
    waits, every = found.status == "submitted", list(rounds(found))
    context = {
        "model": request.access.security_model,
        "submission": found,
        "asking": asking(request.access, "withdraw", "security_model", problems=[])
        if waits
        else None,
        "rounds": every,
        "remarks": _remarks(every),
        "signature": copy_of_record(found),
        "evidence": evidence_index(found.content),
        "may_withdraw": waits and request.access.has(SUBMIT),
        "page_code": "SP-5",
    }
    return render(request, "security_profile/submission.html", context)


def _remarks(every: list[Submission]) -> list[RemarkBox]:
    """The comments on parts of an annual review: those that the newest round was returned with, or
    those that it answers. Raises Altered if that round is not what was signed and decided.
    """
    reviewed = last_reviewed(every[0])
    signed = reviewed.content.get("annual_review") if reviewed is not None else None
    if reviewed is None or signed is None:
        return []
    if reviewed != every[0]:
        require_unaltered(reviewed.pk)
    return remark_boxes(remarks_on(reviewed.pk), signed)


@requires(VIEW)
def submission_pdf(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, submission_id: uuid.UUID
) -> HttpResponseBase:
    """The submission as a PDF."""
    found = submission_of(request.access.security_model, submission_id)
    return rendering_response(request, submission_document(found, request.access), inline=True)


@requires(SUBMIT)
def withdraw(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, submission_id: uuid.UUID
) -> HttpResponse:
    """Ask for confirmation, then withdraw a submission before its review starts."""
    model = request.access.security_model
    found = submission_of(model, submission_id)
    form = PortalForm.of(request)
    if request.method == "POST":
        withdrawn = form.run(
            lambda _data: submit.withdraw(
                actor=request.access, model=model, submission_id=submission_id
            )
        )
        if withdrawn is not None:
            words = _("Submission %(reference)s was withdrawn. Everything is still here.")
            messages.success(request, words % {"reference": withdrawn.reference})
            return redirect(page_url("summary", model))
    context = {
        "model": model,
        "submission": found,
        "form": form,
        "back": submit.submission_url(found),
        "page_code": "SP-6",
    }
    return render(request, "security_profile/withdraw.html", context, status=form.status)
