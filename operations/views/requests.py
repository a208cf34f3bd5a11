"""The page of a request as its accounts see it, and what can be done with it there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.forms import PortalForm
from core.text import filled
from core.web import PortalRequest, requires
from operations import page_links
from operations.forms.steps import AnswerForm, SendForm, WhyForm
from operations.machine import REQUEST
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.presentation.pictures import picture_of
from operations.presentation.request_page import facts_of, timeline_of
from operations.presentation.words import title_words
from operations.selectors.parties import parent_name
from operations.selectors.requests import request_of
from operations.services import deciding
from operations.services.locking import is_open, problems_now
from operations.services.plans import effects_of, hash_of
from operations.states import RequestStatus
from operations.views.steps import STEPS
from trade_accounts.selectors.accounts import accounts_shown

#: The acts of partners on a request that was sent, and the move that each one needs.
_MOVES = {"agree": "agree", "decline": "refuse", "answer": "answer", "withdraw": "withdraw"}
_WORDS = {
    "agree": gettext_lazy("Agree"),
    "decline": gettext_lazy("Decline"),
    "withdraw": gettext_lazy("Withdraw the request"),
    "answer": gettext_lazy("Send the answer"),
}


@require_safe
@requires(P.ASK)
def request_page(
    request: PortalRequest, trade_id: uuid.UUID, operation_id: uuid.UUID
) -> HttpResponse:
    """What is asked, before and after, who acts next, and everything that happened."""
    found = request_of(request.access, operation_id)
    if found.status == RequestStatus.DRAFT:
        return redirect(page_links.step_of(found, STEPS[found.kind][0]))
    facts = shown(request, found)
    context = {
        **facts,
        "account": request.access.trade_account,
        "acts": [
            (act, _WORDS[act], page_links.act_on(found, trade_id, act))
            for act, move in _MOVES.items()
            if not REQUEST.problems(move, found, request.access)
            and _may(request, act)
            # What must be settled first is said above; then nobody can agree yet.
            and not (act == "agree" and facts["blockers"])
        ],
        "manage_url": page_links.manage(trade_id),
        "new_url": _new_url(request, found),
        "page_code": "O-3",
    }
    return render(request, "operations/request.html", context)


def _new_url(request: PortalRequest, found: TradeAccountRequest) -> str:
    """The page of the account that a split founded, for those who work there."""
    new_id = found.new_account_id
    if new_id is None or not accounts_shown(request.access).filter(pk=new_id).exists():
        return ""
    return page_links.manage(new_id)


def _may(request: PortalRequest, act: str) -> bool:
    needed = P.DECIDE if act in {"agree", "decline"} else P.ASK
    return request.access.has(needed)


def shown(request: PortalRequest, found: TradeAccountRequest) -> dict[str, Any]:
    """What every page of a request shows, for its companies and for staff."""
    is_waiting = is_open(found)
    effects = effects_of(found) if is_waiting else found.outcome or ()
    with_management = found.status == RequestStatus.MANAGEMENT
    return {
        "request_row": found,
        "what": title_words(found),
        "picture": picture_of(found, parent_name(found)),
        "effects": effects,
        "is_changed": with_management and hash_of(found, effects) != found.agreed_to,
        "is_applied": found.status == RequestStatus.APPLIED,
        "is_open": is_waiting,
        "blockers": problems_now(found) if is_waiting else (),
        **facts_of(found),
        "timeline": timeline_of(found, request.access),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.ASK)
def act(
    request: PortalRequest, trade_id: uuid.UUID, operation_id: uuid.UUID, operation_act: str
) -> HttpResponse:
    """One act: a page that says what follows, and its form."""
    found = request_of(request.access, operation_id)
    act = operation_act
    if act not in _MOVES or found.status == RequestStatus.DRAFT:
        raise Http404
    if act in {"agree", "decline"}:
        request.access.require(P.DECIDE)
    problems = REQUEST.problems(_MOVES[act], found, request.access)
    # Whoever typed a text gets it back with the refusal.
    has_text = act in {"decline", "answer"} and request.method == "POST"
    if problems and not has_text:
        messages.error(request, problems[0].message)
        return redirect(page_links.page_of(found, trade_id))
    effects = effects_of(found) if act == "agree" and is_open(found) else []
    form = _form_of(request, act, {"shown": hash_of(found, effects)})
    if form.is_bound:
        done = form.run(lambda data: _services[act](request, operation_id, data))
        if done is not None:
            messages.success(request, _said(act, done))
            home = done.head_id if done.lower_id == trade_id and _is_closed(done) else trade_id
            return redirect(page_links.page_of(done, home or trade_id))
        if isinstance(form, SendForm):
            form.showing(hash_of(found, effects_of(found)))
    context = {
        **shown(request, found),
        "form": form,
        "act": act,
        "action": _WORDS[act],
        "account": request.access.trade_account,
        "is_same_person": found.asked_by_id == request.access.user_id,
        "back": page_links.page_of(found, trade_id),
        "page_code": "O-4",
    }
    return render(request, "operations/act.html", context, status=form.status)


def _is_closed(done: TradeAccountRequest) -> bool:
    return done.kind == "merge" and done.status == RequestStatus.APPLIED


def _form_of(request: PortalRequest, act: str, initial: dict[str, Any]) -> PortalForm:
    if act == "agree":
        return SendForm.of(request, initial)
    forms: dict[str, type[PortalForm]] = {"decline": WhyForm, "answer": AnswerForm}
    return forms.get(act, PortalForm).of(request)


def _said(act: str, done: TradeAccountRequest) -> str:
    words = {
        "agree": _("You agreed to request %(reference)s. C-TPAT management decides now."),
        "decline": _("Request %(reference)s is declined. The requester gets an email."),
        "withdraw": _("Request %(reference)s is withdrawn."),
        "answer": _("Your answer is with C-TPAT management."),
    }[act]
    if act == "agree" and done.status == RequestStatus.APPLIED:
        words = _("Request %(reference)s is carried out.")
    return filled(words, reference=done.reference)


_Service = Callable[[PortalRequest, uuid.UUID, dict[str, Any]], TradeAccountRequest]
_services: dict[str, _Service] = {
    "agree": lambda request, pk, data: deciding.agree(
        actor=request.access, request_id=pk, shown=data["shown"]
    ),
    "decline": lambda request, pk, data: deciding.refuse_request(
        actor=request.access, request_id=pk, reason=data["reason"]
    ),
    "withdraw": lambda request, pk, data: deciding.withdraw(actor=request.access, request_id=pk),
    "answer": lambda request, pk, data: deciding.answer(
        actor=request.access, request_id=pk, text=data["reason"]
    ),
}
