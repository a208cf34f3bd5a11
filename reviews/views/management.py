"""Pages of management: applications, vetting, assignment, invitation codes."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Refused
from core.text import filled
from core.web import PortalRequest, exported, requires
from identity.asking import asking
from reviews import services
from reviews.forms.management import (
    VETTING_NOTES,
    AssignForm,
    InvitationCodeForm,
    NotAcceptForm,
    VettingForm,
)
from reviews.listings import APPLICATIONS, CODES
from reviews.presentation.application_rows import (
    application_figures,
    application_rows,
    certified_words,
)
from reviews.presentation.invitation_code_rows import code_rows
from reviews.selectors import management as selectors
from reviews.selectors.partner import partner_of
from security_models.models import Vetting
from security_models.policies import P
from security_models.selectors import current_assignment
from security_models.selectors.who_decides import Act, left_to_others, may_decide
from security_models.services import invitation_codes as codes
from security_models.services import staff
from security_models.states import VettingResult


@requires(P.OVERSEE)
def applications(request: PortalRequest) -> HttpResponse:
    """Applications and their two gates."""
    counts = selectors.waiting_counts()
    rows = selectors.application_list()
    page = APPLICATIONS.show(rows, request.GET, plain_total=counts["all"])
    if kind := request.GET.get("export"):
        return exported(page, kind, "applications")
    context = {
        "page": page,
        "rows": application_rows(page.page),
        "figures": application_figures(counts),
        "page_code": "G-1",
    }
    return render(request, "reviews/management.html", context)


@requires(P.VET)
def vetting(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Decide the second gate; never shown to the partner."""
    form = VettingForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: staff.record_vetting(
                actor=request.access,
                model_id=model_id,
                **{**data, "checklist": dict.fromkeys(data["checklist"], True)},
            )
        )
        if done is not None:
            messages.success(request, _recorded(done))
            return _to_partner(request, model_id)
    crumbs = [{"label": _("Vetting"), "url": ""}]
    partner = partner_of(request.access)
    context = {
        "form": form,
        "partner": partner,
        "notes": VETTING_NOTES,
        "second_person": _needs_another(request) if partner.is_applicant else "",
        "asking": asking(request.access, staff.VETTING, model_id),
        "before_passing": _before_passing(request) if partner.is_applicant else "",
        "page_crumbs": crumbs,
        "page_code": "G-2",
    }
    return render(request, "reviews/vetting.html", context, status=form.status)


def _to_partner(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Back to the partner, whose breadcrumb returns to the list that the reader came from."""
    back = request.GET.get("back", "")
    query = f"?{urlencode({'back': back})}" if back else ""
    return redirect(reverse("reviews:partner", args=[model_id]) + query)


def _recorded(done: Vetting) -> str:
    """What was decided, and what follows from it."""
    words = _("Vetting is recorded: %(result)s.") % {"result": done.get_result_display().lower()}
    if done.result != VettingResult.PASSED:
        return words
    certified = certified_words(selectors.certified_on(done.security_model, done.decided_on))
    return f"{words} {certified or _('Approving the security profile certifies the partner.')}"


def _needs_another(request: PortalRequest) -> str:
    """Why the reader cannot pass vetting here, and who can (G1); empty if the reader can."""
    answer = may_decide(request.access, request.access.security_model, Act.VETTING)
    return staff.needs_another_vetter(answer.who_else) if answer.needs_another else ""


def _before_passing(request: PortalRequest) -> str:
    """What the reader can no longer do after passing vetting, and who can then (G1); or empty."""
    names = left_to_others(request.access, request.access.security_model, Act.VETTING)
    return "" if names is None else staff.leaves_approval_to_others(names)


@requires(P.ASSIGN)
def assignment(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Assign a partner to a specialist, or reassign it."""
    current = current_assignment(request.access.security_model)
    form = AssignForm.of(request, initial={"staff": str(current.staff_id) if current else ""})
    if form.is_bound:
        done = form.run(
            lambda data: staff.assign(
                actor=request.access, model_id=model_id, staff_id=uuid.UUID(data["staff"])
            )
        )
        if done is not None:
            words = filled(_("%(name)s now looks after this partner."), name=done.staff.name)
            messages.success(request, words)
            return _to_partner(request, model_id)
    context = {
        "form": form,
        "notes": selectors.workload_notes(),
        "partner_id": model_id,
        "page_crumbs": [{"label": _("Assignment"), "url": ""}],
        "page_code": "G-3",
    }
    return render(request, "reviews/assignment.html", context, status=form.status)


@requires(P.VET)
def not_accept(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Refuse an application, with reasons that the partner reads."""
    form = NotAcceptForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: services.not_accept(actor=request.access, model_id=model_id, **data)
        )
        if done is not None:
            messages.success(
                request, _("The application is not accepted. The contacts get an email.")
            )
            return _to_partner(request, model_id)
    context = {
        "form": form,
        "partner_id": model_id,
        "page_crumbs": [{"label": _("Do not accept"), "url": ""}],
        "page_code": "G-4",
    }
    return render(request, "reviews/not_accept.html", context, status=form.status)


@requires(P.ISSUE_CODES)
def invitation_codes(request: PortalRequest) -> HttpResponse:
    """All codes, and a form for a new one."""
    form = InvitationCodeForm.of(request)
    if form.is_bound:
        code = form.run(lambda data: codes.issue_code(actor=request.access, **data))
        if code is not None:
            messages.success(request, _("The code is %(code)s.") % {"code": code.code})
            return redirect("reviews:invitation-codes")
    page = CODES.show(selectors.invitation_codes(), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "invitation-codes")
    context = {"form": form, "page": page, "rows": code_rows(page.page), "page_code": "G-5"}
    return render(request, "reviews/invitation_codes.html", context, status=form.status)


@requires(P.ISSUE_CODES)
def revoke_code(request: PortalRequest, code_id: uuid.UUID) -> HttpResponse:
    """Ask for confirmation, then revoke a code."""
    if request.method == "POST":
        try:
            code = codes.revoke_code(actor=request.access, code_id=code_id)
        except Refused as refusal:
            messages.error(request, str(refusal.problems[0].message))
        else:
            messages.success(request, _("%(code)s is revoked.") % {"code": code.code})
        return redirect("reviews:invitation-codes")
    context = {"code": selectors.invitation_code(code_id), "page_code": "G-6"}
    return render(request, "reviews/revoke_code.html", context)
