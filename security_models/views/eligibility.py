"""The tab *Business types*: types with their statuses, the questions one on each page,
the outcome.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import PortalRequest, requires
from security_models import page_links, services
from security_models.facts.questionnaire import Walk, walk
from security_models.forms import AnswerForm, StartAgainForm
from security_models.models import EligibilityRun
from security_models.policies import P
from security_models.selectors.eligibility import catalogue, newest_run, reasons
from security_models.states import EligibilityOutcome
from security_models.views.frame import frame


@require_safe
@requires(P.VIEW)
def eligibility(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """The current state of the questions: the answers so far, the next one, or the outcome."""
    run = newest_run(request.access.security_model)
    context = _overview(request, run)
    context["again"] = StartAgainForm.of(request, {"version": run.version})
    return render(request, "security_models/eligibility.html", context)


def _overview(request: PortalRequest, run: EligibilityRun, **more: object) -> dict[str, object]:
    now = walk(catalogue(), run.answers)
    reason = reasons().get(now.reason) if now.reason else None
    return frame(
        request,
        "eligibility",
        "M-2",
        run=run,
        walk=now,
        reason=reason,
        eligible=now.outcome == EligibilityOutcome.ELIGIBLE,
        **more,
    )


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def question(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
) -> HttpResponse:
    """One question with its answers."""
    model = request.access.security_model
    run, questions = newest_run(model), catalogue()
    now = walk(questions, run.answers)
    if not now.has(code):
        return redirect(page_links.url(model, "eligibility"))
    asked = questions.questions[code]
    form = AnswerForm.of(
        request,
        {"version": run.version, "answer": now.given(code)},
        question=asked,
        words=questions.words(asked.question, now.business_type),
    )
    if request.method == "POST":
        answered = form.run(
            lambda data: services.answer(actor=request.access, model=model, question=code, **data)
        )
        if answered is not None:
            return redirect(_after(request, answered))
    context = frame(request, "eligibility", "M-2", form=form, **_steps(request, now, code))
    if not context["editable"] or context["facts"].submitted:
        return redirect(page_links.url(model, "eligibility"))
    return render(request, "security_models/question.html", context, status=form.status)


def _steps(request: PortalRequest, now: Walk, code: str) -> dict[str, object]:
    """What was answered before this question, and the page that *Back* opens."""
    model = request.access.security_model
    codes = [step.question.code for step in now.steps]
    place = codes.index(code) if code in codes else len(codes)
    back = page_links.url(model, "eligibility")
    if place:
        back = page_links.url(model, "question", code=codes[place - 1])
    return {"walk": now, "before": now.steps[:place], "changes": code in codes, "back": back}


def _after(request: PortalRequest, run: EligibilityRun) -> str:
    """The next question, or the outcome."""
    model = request.access.security_model
    now = walk(catalogue(), run.answers)
    if now.current is None:
        return page_links.url(model, "eligibility")
    return page_links.url(model, "question", code=now.current.code)


@require_POST
@requires(P.EDIT)
def start_again(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Begin the questions again from the first one."""
    model = request.access.security_model
    form = StartAgainForm.of(request)
    run = form.run(lambda data: services.start_again(actor=request.access, model=model, **data))
    if run is None:
        context = _overview(request, newest_run(model), again=form, form=form)
        return render(request, "security_models/eligibility.html", context, status=form.status)
    messages.success(
        request, _("You can answer the questions again. Your earlier answers are kept.")
    )
    return redirect(_after(request, run))
