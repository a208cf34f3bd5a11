"""The annual review of a company: its tasks, and a page for each (P10)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.forms import Difference
from core.web import PortalRequest, exported, requires, signed_in
from documents.presentation.choices import choice_words
from documents.selectors import reusable
from security_models.models import SecurityModel
from security_profile.checks.annual_review import left_together
from security_profile.facts.annual_reviews import (
    ASSESSMENT_PART,
    Review,
    eligibility_key,
    seen_of,
)
from security_profile.forms.annual_review import (
    AssessmentForm,
    ConfirmForm,
    RecheckForm,
    ReviewForm,
    SectionForm,
)
from security_profile.listings import BOARD
from security_profile.policies import EDIT, SUBMIT, VIEW
from security_profile.presentation import review_company, review_criteria, review_pages
from security_profile.presentation.profile_rows import page_url, sign_url
from security_profile.presentation.review_steps import board_lines
from security_profile.selectors import Latest, criterion_of, overview
from security_profile.selectors.annual_reviews import remarks_on, review_of, years_of
from security_profile.selectors.evidence import CHOICES
from security_profile.selectors.review_list import own_reviews
from security_profile.selectors.reviewed import reviewed_now
from security_profile.selectors.submissions import signed_review_in
from security_profile.selectors.versions import newest_versions
from security_profile.services import annual_review as services
from security_profile.services.submit import submission_blockers
from trade_accounts.selectors.asks import asking


def _without_review(request: PortalRequest) -> HttpResponse:
    """The page that says why there is no review yet."""
    return redirect(page_url("annual-review", request.access.security_model))


@signed_in
def board(request: PortalRequest) -> HttpResponse:
    """The annual reviews of all accounts of the reader; staff have a list of their own."""
    if request.access.is_staff:
        return redirect("reviews:annual-reviews")
    page = BOARD.show(own_reviews(request.access.user.pk), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "annual-reviews")
    context = {"page": page, "rows": board_lines(page.page), "page_code": "AR-6"}
    return render(request, "security_profile/review/board.html", context)


@requires(VIEW)
def annual_review(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """The state of the review, its tasks, and the reviews of earlier years."""
    model = request.access.security_model
    review = review_of(model)
    context: dict[str, Any] = {"model": model, "review": review, "page_code": "AR-1"}
    if review is not None:
        context |= {
            "page": review_pages.overview_page(model, review),
            "earlier": review_pages.earlier_rows(model, years_of(model, review.cycle.earlier())),
        }
    if review is not None and review.is_in_work:
        now = reviewed_now(model)
        blockers = submission_blockers(model, now.profile, now=now)
        context |= {
            "tasks": review_pages.task_rows(review, now, blockers),
            "blockers": blockers,
            **_returned_before(review, now.profile.latest),
            "asking": asking(request.access, "sign", "security_model", problems=blockers),
            "sign_url": sign_url(model) if request.access.has(SUBMIT) else "",
        }
    return render(request, "security_profile/review/overview.html", context)


def _returned_before(review: Review, latest: Latest | None) -> dict[str, Any]:
    """That an earlier review was returned and is answered with this one, with the comments on its
    parts: the steps of this one do not show them.
    """
    words = review_pages.return_words(review, latest)
    if latest is None or not words:
        return {}
    remarks = remarks_on(latest.id)
    signed = signed_review_in(latest.id) if remarks else None
    boxes = review_pages.remark_boxes(remarks, signed) if signed is not None else []
    return {"returned": words, "remarks": boxes}


@requires(VIEW)
def category(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, number: str
) -> HttpResponse:
    """The criteria of a category with their answers, to confirm one by one or together."""
    model = request.access.security_model
    review = review_of(model)
    if review is None:
        return _without_review(request)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        request.access.require(EDIT)
        done = form.run(lambda data: _confirm(request, review, number, data))
        if done is not None:
            return _back_to(request, page_url("review-category", model, number=number), form, done)
    profile = overview(model)
    found = profile.category(number)
    versions = newest_versions(model, found.answers)
    approved_on = {criterion: one.approved_on for criterion, one in versions.items()}
    together = left_together(review, found, approved_on)
    context = {
        "model": model,
        "review": review,
        "closed_words": review_pages.closed_words(review),
        "category": found.category,
        "form": form,
        "rows": list(review_criteria.criterion_rows(model, review, found, versions)),
        "together": together,
        "together_words": review_criteria.together_words(len(together)),
        "shown": services.proof_of_showing(request.access, review, found),
        "neighbors": review_criteria.neighbors(model, profile, number),
        "page_code": "AR-2",
    }
    return render(request, "security_profile/review/category.html", context, status=form.status)


def _confirm(request: PortalRequest, review: Review, number: str, data: dict[str, str]) -> str:
    """Do what the button says; return it in words."""
    about: dict[str, Any] = {"actor": request.access, "model": request.access.security_model}
    if data["take_back"]:
        criterion = criterion_of(about["model"], data["take_back"])
        services.take_back(**about, subject=criterion.id)
        return _("Criterion %(code)s is no longer confirmed.") % {"code": criterion.code}
    if data["confirm"]:
        code = data["confirm"]
        digest = services.shown_to(request.access, review, data["shown"]).get(code, "")
        services.confirm_criterion(**about, code=code, digest=digest)
        return _("Criterion %(code)s is confirmed.") % {"code": code}
    codes = services.confirm_category(**about, number=number, shown=data["shown"])
    return services.count_words(codes)


def _back_to(
    request: PortalRequest, url: str, form: ConfirmForm | SectionForm, done: str
) -> HttpResponse:
    """Back to where the reader was on the page; what was done is said there."""
    messages.success(request, done, extra_tags=form.place)
    return redirect(f"{url}#{form.place}" if form.place else url)


def _conflict(form: ReviewForm, saved: dict[str, Any], by: str, at: dt.datetime) -> dict[str, Any]:
    """After a conflict (P5): who saved when, and what differs from what was typed."""
    return {"who": by, "at": at, "rows": form.differences(saved)}


@requires(VIEW)
def company(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """The company profile, to confirm section by section."""
    model = request.access.security_model
    review = review_of(model)
    if review is None:
        return _without_review(request)
    form = SectionForm.of(request)
    if request.method == "POST":
        request.access.require(EDIT)
        done = form.run(lambda data: _confirm_section(request, data))
        if done is not None:
            return _back_to(request, page_url("review-company", model), form, done)
    now = reviewed_now(model)
    context = {
        "model": model,
        "review": review,
        "closed_words": review_pages.closed_words(review),
        "form": form,
        "company": now.company,
        "sections": review_company.section_rows(review, now),
        "page_code": "AR-3",
    }
    return render(request, "security_profile/review/company.html", context, status=form.status)


def _confirm_section(request: PortalRequest, data: dict[str, str]) -> str:
    about: dict[str, Any] = {"actor": request.access, "model": request.access.security_model}
    if data["take_back"]:
        services.take_back(**about, subject=f"section:{data['section']}")
        return _("This section is no longer confirmed.")
    services.confirm_section(**about, section=data["section"], digest=data["digest"])
    return _("This section is confirmed.")


@requires(VIEW)
def eligibility(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, business_type: str
) -> HttpResponse:
    """The eligibility questions of one business type, to answer anew."""
    model = request.access.security_model
    review = review_of(model)
    if review is None:
        return _without_review(request)
    now = reviewed_now(model)
    if business_type not in now.types:
        raise Http404(business_type)
    made = review.rechecks.get(business_type)
    saved = dict(made.answers) if made is not None else {}
    typed = getattr(request, "kept_post", None) or request.POST
    given = {code: typed[code] for code in typed if code in now.questions.questions} or saved
    asked = review_company.questions_to_ask(now, business_type, given)
    form = RecheckForm.of(request, {**saved, "seen": seen_of(made), **given}, asked=asked)
    if request.method == "POST":
        request.access.require(EDIT)
        ended = form.run(
            lambda data: services.answer_again(
                actor=request.access,
                model=model,
                slug=business_type,
                answers=form.answers,
                seen=data["seen"],
            )
        )
        if ended is not None:
            messages.success(request, _("Your answers are saved."))
            return redirect(page_url("review-eligibility", model, business_type=business_type))
    context = {
        "model": model,
        "review": review,
        "closed_words": review_pages.closed_words(review),
        "type": now.questions.types[business_type],
        "form": form,
        "remark": review_pages.remark_box(review, eligibility_key(business_type)),
        "result": review_company.eligibility_result(now, business_type, made),
        "conflict": _other_answers(model, form, business_type),
        "page_code": "AR-4",
    }
    return render(request, "security_profile/review/eligibility.html", context, status=form.status)


def _other_answers(
    model: SecurityModel, form: RecheckForm, business_type: str
) -> dict[str, Any] | None:
    """The answers that someone else saved meanwhile; None without a conflict."""
    if form.stale is None or (now := review_of(model)) is None:
        return None
    made = now.rechecks.get(business_type)
    form.base_on(seen_of(made))
    if made is None:
        return None
    return _conflict(form, dict(made.answers), made.by, dt.datetime.fromisoformat(made.at))


@requires(VIEW)
def assessment(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """The risk assessment of the year."""
    model = request.access.security_model
    review = review_of(model)
    if review is None:
        return _without_review(request)
    made = review.assessment
    offered = list(reusable(model)[:CHOICES])
    documents = {
        "documents": [(str(one.pk), choice_words(one)) for one in offered],
        "titles": {str(one.pk): one.title for one in offered},
    }
    initial = {
        "seen": seen_of(made),
        "assessed_on": made.on if made is not None else None,
        "statement": made.statement if made is not None else "",
    }
    kept = made.title if made is not None else ""
    form = AssessmentForm.of(request, initial, **documents, kept=kept)
    if request.method == "POST":
        request.access.require(EDIT)
        if form.save(actor=request.access, model=model) is not None:
            messages.success(request, _("The risk assessment is saved."))
            return redirect(page_url("annual-review", model))
    context = {
        "model": model,
        "review": review,
        "closed_words": review_pages.closed_words(review),
        "form": form,
        "remark": review_pages.remark_box(review, ASSESSMENT_PART),
        "conflict": _other_statement(model, form),
        "saved_words": review_company.saved_words(made) if made is not None else "",
        "age_words": review_company.age_words(review),
        "page_code": "AR-5",
    }
    return render(request, "security_profile/review/assessment.html", context, status=form.status)


def _other_statement(model: SecurityModel, form: AssessmentForm) -> dict[str, Any] | None:
    """The statement that someone else saved meanwhile; None without a conflict."""
    if form.stale is None or (now := review_of(model)) is None:
        return None
    made = now.assessment
    form.base_on(seen_of(made))
    if made is None:
        return None
    saved = {"assessed_on": made.on, "statement": made.statement}
    conflict = _conflict(form, saved, made.by, made.at)
    mine = form.document_title
    if mine != made.title:
        conflict["rows"].append(Difference(_("Document"), mine, made.title))
    return conflict
