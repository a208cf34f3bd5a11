"""Approved versions: of a criterion, between two approvals, of the profile on a date (P7).

Partners and staff see the same with their own links, so ``reviews`` uses these functions too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.days import day as in_words
from core.web import PortalRequest, requires
from documents.selectors import clean_versions
from files.views.inert_download import rendering_response
from security_models.models import SecurityModel
from security_profile.facts.approvals import Standing, changes, company_changed
from security_profile.facts.criterion_answers import Answer
from security_profile.forms.profile import OnForm, TwoForm
from security_profile.policies import VIEW
from security_profile.presentation.answer_changes import Places, answer_change, files_of
from security_profile.presentation.profile_rows import criterion_url, page_url
from security_profile.presentation.version_pages import (
    CHANGES_A_PAGE,
    PartnerPlaces,
    application_on,
    approval_choices,
    approval_lines,
    change_lines,
    evidence_in,
    evidence_of,
    newest_two,
    sides,
    version_lines,
)
from security_profile.selectors import overview
from security_profile.selectors.versions import (
    CriterionVersions,
    approval_on,
    approvals_of,
    standing_after,
    versions_of,
)
from security_profile.services.profile_on import profile_on_document_of


@requires(VIEW)
def versions(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
) -> HttpResponse:
    """The approved versions of a criterion; any two of them, or one and the working copy,
    compared.
    """
    model = request.access.security_model
    found = versions_of(model, code)
    working = overview(model).answer(code) if found.applies else None
    context = versions_context(request, found, PartnerPlaces(model), working)
    context["page_crumbs"] = [
        {"label": code, "url": criterion_url(model, code) if found.applies else ""},
        {"label": _("Versions"), "url": ""},
    ]
    return _page(request, "security_profile/versions.html", context)


@requires(VIEW)
def approvals(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """All approvals, and what changed between two of them."""
    model = request.access.security_model
    context = approvals_context(request, PartnerPlaces(model))
    return _page(request, "security_profile/approvals.html", context)


@requires(VIEW)
def profile_on(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """The approved profile as it stood on a program date."""
    model = request.access.security_model
    context = profile_on_context(request, PartnerPlaces(model))
    if context["standing"]:
        iso = context["day"].isoformat()
        context["pdf_url"] = page_url("profile-on-pdf", model, day=iso)
    return _page(request, "security_profile/profile_on.html", context)


@requires(VIEW)
def profile_on_pdf(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, day: str
) -> HttpResponseBase:
    """The same as a PDF, which says the date."""
    return profile_on_response(request, day, PartnerPlaces(request.access.security_model))


def _page(request: PortalRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    context["model"] = request.access.security_model
    form = context["form"]
    return render(request, template, context, status=form.status if form is not None else 200)


# --- what partners and staff see alike ------------------------------------------------------------


def versions_context(
    request: PortalRequest, found: CriterionVersions, places: Places, working: Answer | None = None
) -> dict[str, Any]:
    """The list of versions, and the two that are compared."""
    model: SecurityModel = request.access.security_model
    offered = sides(found.versions, working) if found.versions else {}
    context: dict[str, Any] = {
        "found": found,
        "form": None,
        "change": None,
        "page_code": "SP-7",
    }
    if not offered:
        return context
    clean = clean_versions(model, files_of(*(side.evidence for _label, side in offered.values())))
    labels = {key: label for key, (label, _side) in offered.items()}
    form = TwoForm.of_address(request, newest_two(offered), choices=labels)
    context |= {"form": form, "lines": version_lines(found.versions, places, clean)}
    if form.chosen is not None:
        (older, before), (newer, after) = (offered[key] for key in form.chosen)
        context |= {
            "older": older,
            "newer": newer,
            "change": answer_change(before, after, places, clean),
        }
    return context


def approvals_context(request: PortalRequest, places: Places) -> dict[str, Any]:
    """The list of approvals, and what changed between the two that the address names."""
    model: SecurityModel = request.access.security_model
    found = approvals_of(model)
    context: dict[str, Any] = {
        "lines": approval_lines(found, places),
        "form": None,
        "groups": None,
        "page_code": "SP-8",
    }
    if len(found) < 2:
        return context
    choices = approval_choices(found)
    form = TwoForm.of_address(request, newest_two(choices), choices=choices)
    context["form"] = form
    if form.chosen is not None:
        by_reference = {one.reference: one for one in found}
        before, after = (standing_after(model, by_reference[key]) for key in form.chosen)
        number = request.GET.get("page", "1")
        context |= _changes_context(model, before, after, places, number)
    return context


def _changes_context(
    model: SecurityModel, before: Standing, after: Standing, places: Places, number: str
) -> dict[str, Any]:
    changed = changes(before, after)
    page = Paginator(changed, CHANGES_A_PAGE).get_page(number)
    clean = clean_versions(model, evidence_of(page))
    groups: dict[tuple[int, str], list[Any]] = {}
    for line in change_lines(page, places, clean):
        groups.setdefault(line.category, []).append(line)
    states = [one.state for one in changed]
    pair = {"from": before.approval.reference, "to": after.approval.reference}
    return {
        "page": page,
        "page_base": f"?{urlencode(pair)}&page=",
        "before": before.approval,
        "after": after.approval,
        "groups": list(groups.items()),
        "counts": {state: states.count(state) for state in ("added", "changed", "removed")},
        "unchanged": len(after.criteria) - states.count("added") - states.count("changed"),
        "company_changed": company_changed(before, after),
    }


def profile_on_context(request: PortalRequest, places: Places) -> dict[str, Any]:
    """The profile on the date that the address names; today if it names none."""
    model: SecurityModel = request.access.security_model
    form = OnForm.of_address(request, {"on": clock.today().isoformat()})
    context: dict[str, Any] = {"form": form, "standing": None, "page_code": "SP-9"}
    if not form.is_valid():
        return context
    day: dt.date = form.cleaned_data["on"]
    every = approvals_of(model)
    approval = approval_on(every, day)
    context |= {"day": day, "day_words": in_words(day), "is_today": day == clock.today()}
    context |= {"first": every[-1] if every else None}
    if approval is None:
        return context
    standing = standing_after(model, approval)
    clean = clean_versions(model, evidence_in(standing))
    return context | {
        "standing": standing,
        "submission_url": places.submission(approval.id),
        "application": application_on(standing, places, clean),
    }


def profile_on_response(request: PortalRequest, day: str, places: Places) -> HttpResponseBase:
    """The PDF of a date; the page instead, which says why, if there is none."""
    form = OnForm({"on": day})
    document = None
    if form.is_valid():
        document = profile_on_document_of(request.access, form.cleaned_data["on"])
    if document is None:
        return redirect(places.profile_on(quote(day)))
    return rendering_response(request, document, inline=True)
