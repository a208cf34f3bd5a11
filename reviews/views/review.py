"""The review page: start, decide criterion by criterion, complete."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refused
from core.text import filled
from core.web import PortalRequest, requires
from identity.asking import asking
from reviews.forms.review import SAVE, UNDO, CompleteForm, DecisionForm
from reviews.presentation.application_rows import certified_words
from reviews.presentation.completion_page import CompletionPage
from reviews.presentation.review_page import CriterionPage, criterion_page
from reviews.presentation.staff_places import annual_review_url
from reviews.selectors.management import certified_on
from reviews.selectors.review import OPEN, Review, completion_of, review_of
from security_models.policies import P
from security_models.selectors.who_decides import Act, may_decide
from security_models.services.staff import APPROVAL, needs_another_reviewer
from security_profile.models import CriterionDecision, Submission
from security_profile.services import review as services
from security_profile.states import SubmissionKind, SubmissionStatus


@requires(P.REVIEW)
def opening(request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID) -> HttpResponse:
    """Open the criterion named, or the first undecided one of a filter.

    An annual review opens with everything that it contains, unless there are criteria to decide.
    For a number that the review does not have, return to the page where it was typed (``at``).
    """
    review = review_of(request.access.security_model, submission_id)
    show = request.GET.get("show", "")
    if _begins_with_the_whole(request, review):
        return redirect(annual_review_url(review) + _state(request))
    rows = review.shown(show) or list(review.rows)
    first = next((row for row in rows if row.to_decide and not row.is_decided), rows[0])
    code = request.GET.get("code", "").strip()
    if code and all(row.code != code for row in review.rows):
        messages.error(request, _("This review has no criterion %(code)s.") % {"code": code[:20]})
        at = request.GET.get("at", "")
        code = next((row.code for row in review.rows if row.code == at), "")
    url = reverse("reviews:criterion", args=[model_id, submission_id, code or first.code])
    return redirect(url + _state(request))


def _begins_with_the_whole(request: PortalRequest, review: Review) -> bool:
    """Whether the address asks for no criterion, and none of an annual review can be decided now:
    it has not begun, is over, or nothing is left.
    """
    asks = request.GET.get("show") or request.GET.get("code")
    return review.is_annual and not asks and not (review.is_open and review.count(OPEN))


def _state(request: PortalRequest) -> str:
    """The part of the address that stays inside a review: filter, comparison, the list
    behind it.
    """
    kept = ("show", "compare", "back")
    state = {name: request.GET[name] for name in kept if request.GET.get(name)}
    return f"?{urlencode(state)}" if state else ""


def _again(request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID) -> HttpResponse:
    return redirect(reverse("reviews:review", args=[model_id, submission_id]) + _state(request))


@requires(P.REVIEW)
def criterion(
    request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID, code: str
) -> HttpResponse:
    """One criterion of the submission, and the decision on it."""
    if request.method == "POST":
        form = DecisionForm.of(request)
        decision = _decide(request, form, submission_id, code)
        if decision is not None:
            return _decided(request, form, decision, (model_id, submission_id, code))
        page = criterion_page(request.access, submission_id, code, request.GET)
        _mend(form, page)
    else:
        page = criterion_page(request.access, submission_id, code, request.GET)
        form = DecisionForm.of(request, initial=page.initial())
    context = {
        "page": page,
        "form": form,
        "second_person": _cannot_approve(request) if page.review.can_start else "",
        "page_code": "R-2",
        "page_crumbs": page.crumbs,
    }
    return render(request, "reviews/criterion.html", context, status=form.status)


def _cannot_approve(request: PortalRequest) -> str:
    """A note before a review is begun that the reader could not end with an approval (G1)."""
    model = request.access.security_model
    answer = may_decide(request.access, model, Act.APPROVAL, is_in_charge=True)
    return needs_another_reviewer(answer.who_else) if answer.needs_another else ""


def _decide(
    request: PortalRequest, form: DecisionForm, submission_id: uuid.UUID, code: str
) -> CriterionDecision | None:
    """Save the decision that was posted; None for *Insert*, which saves nothing."""
    if form.wants_reason:
        return None
    return form.run(
        lambda _data: services.decide(
            actor=request.access, submission_id=submission_id, code=code, **form.decision
        )
    )


def _decided(
    request: PortalRequest,
    form: DecisionForm,
    decision: CriterionDecision,
    place: tuple[uuid.UUID, uuid.UUID, str],
) -> HttpResponse:
    """Say what was saved and open the next criterion; after a note or an undo stay here."""
    act, code = form.cleaned_data["act"], place[2]
    words = {
        SAVE: _("%(code)s is saved."),
        UNDO: _("The decision on %(code)s is taken back. Your texts are kept."),
    }.get(act, _("%(code)s: %(verdict)s, as a draft."))
    verdict = decision.get_verdict_display().lower()
    messages.success(request, words % {"code": code, "verdict": verdict})
    stay = act in {SAVE, UNDO} or not form.cleaned_data["following"]
    to = code if stay else form.cleaned_data["following"]
    return redirect(reverse("reviews:criterion", args=[*place[:2], to]) + _state(request))


@requires(P.REVIEW)
@require_POST
def start(request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID) -> HttpResponse:
    """Start the review."""
    try:
        services.start_review(actor=request.access, submission_id=submission_id)
    except Refused as refusal:
        _say(request, refusal)
    else:
        words = _("The review has started. The Officer can no longer withdraw the submission.")
        messages.success(request, words)
    return _again(request, model_id, submission_id)


def _say(request: PortalRequest, refusal: Refused) -> None:
    for problem in refusal.problems:
        messages.error(request, str(problem.message))


@requires(P.REVIEW)
def complete(request: PortalRequest, model_id: uuid.UUID, submission_id: uuid.UUID) -> HttpResponse:
    """Show everything once more, then end the review: one return, or the approval."""
    form = CompleteForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: services.complete_review(
                actor=request.access,
                submission_id=submission_id,
                seen=data["seen"],
                rechecked=form.rechecked,
            )
        )
        if done is not None:
            messages.success(request, _completed(request, done))
            return redirect(reverse("reviews:partner", args=[model_id]) + _state(request))
    page = CompletionPage(completion_of(request.access, submission_id))
    form.put(page.completion.seen, page.rechecks)
    crumbs = [{"label": _("Complete review"), "url": ""}]
    asked = asking(request.access, APPROVAL, model_id) if page.second_person else None
    context = {
        "page": page,
        "form": form,
        "asking": asked,
        "page_code": "R-3",
        "page_crumbs": crumbs,
    }
    return render(request, "reviews/complete.html", context, status=form.status)


def _completed(request: PortalRequest, done: Submission) -> str:
    """The result for the submission, and who completed it if someone else was quicker."""
    if done.status == SubmissionStatus.APPROVED:
        words = _("The review is complete. The submission is approved.")
        if certified := certified_words(certified_on(request.access.security_model, clock.today())):
            words += f" {certified}"
    else:
        words = _("The review is complete. We emailed the partner that criteria were returned.")
        if done.kind == SubmissionKind.ANNUAL_REVIEW:
            words = _("The review is complete. We emailed the partner what was returned.")
    if done.reviewed_by_name != request.access.name:
        words += " " + filled(_("%(name)s completed it."), name=done.reviewed_by_name)
    return words


def _mend(form: DecisionForm, page: CriterionPage) -> None:
    """Show a refused form on top of the newest decision, or with a saved reason inserted.

    After a conflict the form carries the newest version: whoever sends it again has seen the other
    decision.
    """
    form.put(following=page.following)
    if form.stale is not None and page.detail.decision is not None:
        form.put(version=page.detail.decision.version)
    if form.wants_reason:
        text = page.reason_texts.get(str(form.data.get("reason")), "")
        typed = form.data.get("comment", "").strip()
        form.put(comment="\n\n".join(part for part in (typed, text) if part), reason="")
