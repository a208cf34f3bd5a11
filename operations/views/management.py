"""Management's queue of requests, their pages, decisions, and recommendations of specialists."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.forms import PortalForm
from core.session_notes import kept
from core.text import filled
from core.web import PortalRequest, exported, ids_in, keep_chosen, requires
from operations import page_links
from operations.forms.steps import ApproveForm, QuestionForm, RecommendForm, WhyForm
from operations.listings import EVERY, FOR_MANAGEMENT
from operations.machine import REQUEST
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.presentation.words import days_waiting, due_on, title_words
from operations.selectors.requests import (
    concerns_model,
    recommendations_of,
    request_for_staff,
    request_read_by_specialist,
    requests_for_staff,
)
from operations.services import deciding
from operations.services.plans import effects_of, hash_of
from operations.states import RequestStatus
from operations.views.requests import shown

#: So many requests are approved at once; each by itself.
MOST_AT_ONCE = 25
_CHOSEN = "operations_chosen"
_WORDS = {
    "approve": gettext_lazy("Approve"),
    "decline": gettext_lazy("Decline"),
    "return": gettext_lazy("Return for more"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.APPROVE)
def queue(request: PortalRequest) -> HttpResponse:
    """Every request; those that wait for management first. Several of one kind can be chosen."""
    page = FOR_MANAGEMENT.show(requests_for_staff(), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "operations")
    if request.method == "POST":
        nothing = _("Choose at least one request.")
        about: dict[str, Any] = {"field": "model", "kind": _CHOSEN, "most": MOST_AT_ONCE}
        where = keep_chosen(request, page, nothing=nothing, **about)
        is_chosen = "chosen=" in where.rpartition("?")[2]
        return redirect(where.replace(request.path, _many_url()) if is_chosen else where)
    context = {
        "page": page,
        "rows": [
            (one, page_links.for_staff(one), title_words(one), days_waiting(one), due_on(one))
            for one in page.page
        ],
        "every_url": f"{request.path}?{urlencode({'status': EVERY})}",
        "page_code": "O-5",
    }
    return render(request, "operations/queue.html", context)


def _many_url() -> str:
    return page_links.approve_many()


@require_safe
@requires(P.APPROVE)
def staff_request(request: PortalRequest, office_operation_id: uuid.UUID) -> HttpResponse:
    """One request with what specialists recommend, and the ways to decide it."""
    found = request_for_staff(office_operation_id)
    is_waiting = found.status == RequestStatus.MANAGEMENT
    context = {
        **shown(request, found),
        "recommendations": recommendations_of(found),
        "acts": [(act, words, page_links.decide(found, act)) for act, words in _WORDS.items()]
        if is_waiting
        else [],
        "back": page_links.queue(),
        "page_code": "O-6",
    }
    return render(request, "operations/staff_request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.APPROVE)
def decide(
    request: PortalRequest, office_operation_id: uuid.UUID, operation_act: str
) -> HttpResponse:
    """Approve, decline or return one request."""
    found, act = request_for_staff(office_operation_id), operation_act
    if act not in _WORDS:
        raise Http404
    problems = REQUEST.problems(act, found, request.access)
    if request.method != "POST" and problems:
        messages.error(request, problems[0].message)
        return redirect(page_links.for_staff(found))
    effects = effects_of(found) if act == "approve" else []
    form = _form_of(request, act, {"shown": hash_of(found, effects)})
    if form.is_bound:
        done = form.run(lambda data: _services[act](request, office_operation_id, data))
        if done is not None:
            messages.success(request, _said(act, done))
            return redirect(page_links.queue())
        if isinstance(form, ApproveForm):
            form.showing(hash_of(found, effects_of(found)))
    context = {
        **shown(request, found),
        "form": form,
        "act": act,
        "action": _WORDS[act],
        "back": page_links.for_staff(found),
        "page_code": "O-7",
    }
    return render(request, "operations/decide.html", context, status=form.status)


def _form_of(request: PortalRequest, act: str, initial: dict[str, Any]) -> PortalForm:
    if act == "approve":
        return ApproveForm.of(request, initial)
    return QuestionForm.of(request) if act == "return" else WhyForm.of(request)


def _said(act: str, done: TradeAccountRequest) -> str:
    words = {
        "approve": _("Request %(reference)s is approved and carried out."),
        "decline": _("Request %(reference)s is declined. Both companies get an email."),
        "return": _("Request %(reference)s is returned. The requester gets an email."),
    }[act]
    return filled(words, reference=done.reference)


_Service = Callable[[PortalRequest, uuid.UUID, dict[str, Any]], TradeAccountRequest]
_services: dict[str, _Service] = {
    "approve": lambda request, pk, data: deciding.approve(
        actor=request.access, request_id=pk, shown=data["shown"], reason=data["reason"]
    ),
    "decline": lambda request, pk, data: deciding.decline(
        actor=request.access, request_id=pk, reason=data["reason"]
    ),
    "return": lambda request, pk, data: deciding.return_for_more(
        actor=request.access, request_id=pk, reason=data["reason"]
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.APPROVE)
def approve_many(request: PortalRequest) -> HttpResponse:
    """Approve several requests of one kind after a preview; each is all or nothing by itself."""
    note = kept(request.session, _CHOSEN, request.GET.get("chosen", "")) or {}
    ids = ids_in(note.get("chosen", ""), MOST_AT_ONCE)
    rows = list(requests_for_staff().filter(pk__in=ids, status=RequestStatus.MANAGEMENT))
    kinds = {one.kind for one in rows}
    previews = [(one, title_words(one), effects_of(one)) for one in rows]
    if request.method == "POST" and rows and len(kinds) == 1:
        _approve_each(request, rows)
        return redirect(note.get("back") or page_links.queue())
    context = {
        "previews": [
            (one, words, effects, hash_of(one, effects)) for one, words, effects in previews
        ],
        "is_mixed": len(kinds) > 1,
        "back": note.get("back") or page_links.queue(),
        "page_code": "O-8",
    }
    return render(request, "operations/approve_many.html", context)


def _approve_each(request: PortalRequest, rows: list[Any]) -> None:
    done = 0
    for one in rows:
        shown_hash = request.POST.get(f"shown-{one.pk}", "")
        try:
            deciding.approve(actor=request.access, request_id=one.pk, shown=shown_hash)
        except Refused as refusal:
            why = " ".join(str(problem.message) for problem in refusal.problems)
            words = filled("%(reference)s: %(why)s", reference=one.reference, why=why)
            messages.warning(request, words)
        else:
            done += 1
    if done:
        words = ngettext(
            "%(n)s request is approved and carried out.",
            "%(n)s requests are approved and carried out.",
            done,
        )
        messages.success(request, words % {"n": done})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.RECOMMEND)
def recommend(request: PortalRequest, model_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """A specialist reads a request about a partner, and recommends a decision. Who has recommended
    reads it also after the accounts have moved.
    """
    found = request_read_by_specialist(request.access, operation_id)
    form = RecommendForm.of(request)
    if form.is_bound:
        done = form.run(
            lambda data: deciding.recommend(actor=request.access, request_id=operation_id, **data)
        )
        if done is not None:
            messages.success(request, _("Your recommendation is with management."))
            return redirect(request.path)
    context = {
        **shown(request, found),
        "form": form,
        "recommendations": recommendations_of(found),
        "may_recommend": found.status == RequestStatus.MANAGEMENT
        and concerns_model(request.access, found),
        "page_code": "O-9",
    }
    return render(request, "operations/recommend.html", context, status=form.status)
