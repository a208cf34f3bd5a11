"""Sends a request and decides it: the requester, the other account, then management (T8)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import one_at_a_time
from core.errors import Problem, refuse
from core.text import filled, visible_length
from identity.selectors.user_state import management
from operations import page_links
from operations.checks.starting import asked_problem
from operations.machine import REQUEST
from operations.models import Recommendation, TradeAccountRequest
from operations.policies import P
from operations.selectors.parties import has_security_models
from operations.selectors.requests import (
    has_recommended,
    request_for_staff,
    request_of,
    request_of_model,
    sent_since,
)
from operations.services.applying import apply
from operations.services.both_sides import (
    administrators,
    decision_words,
    record_in_both,
    requester,
    tell,
    tell_decided,
)
from operations.services.both_sides import move as make_move
from operations.services.locking import locked_request, refuse_if_changed, refuse_unless_possible
from operations.states import WAITING, RequestStatus

#: A reason is detailed from this length on (T8).
DETAILED = 30


@transaction.atomic
def send(*, actor: Access, request_id: uuid.UUID, shown: str) -> TradeAccountRequest:
    """Send a draft: to the other account; a split to management, or at once if no C-TPAT account is
    attached. A second click changes nothing.
    """
    actor.require(P.ASK)
    request_of(actor, request_id)
    request = locked_request(request_id)
    if request.status != RequestStatus.DRAFT and request.asked_by_id == actor.user_id:
        return request
    refuse_unless_possible(request)
    refuse([*_no_reason(request), *_asked_already(request), *_too_many_today(request)])
    effects = refuse_if_changed(request, shown)
    now = clock.now()
    sent = {"sent_at": now, "agreed_to": shown, "asked_by_name": actor.name}
    if request.other_id is None and not has_security_models([request.asking_id]):
        request.sent_at = now
        request.save(update_fields=["sent_at"])
        record_in_both("asked", request, actor)
        return apply("carry_out", request, effects, actor=actor, shown=shown)
    move = "send" if request.other_id is not None else "send_to_management"
    changes: dict[str, Any] = {**sent, "waits_since": now}
    make_move(move, request, actor, **changes)
    record_in_both("asked", request, actor)
    if request.other_id is not None:
        others = administrators(request.other_id)
        tell("request.trade_received", request, request.other_id, others, asker=actor.name)
    else:
        _tell_management(request)
    return request


def _no_reason(request: TradeAccountRequest) -> list[Problem]:
    if visible_length(request.reason) >= DETAILED:
        return []
    words = _("Give a detailed reason of at least %(least)s characters.") % {"least": DETAILED}
    return [Problem("reason", words, url=page_links.step_of(request, "reason"))]


def _too_many_today(request: TradeAccountRequest) -> list[Problem]:
    """Each request sends emails to others, so there is a limit for an account and for a person."""
    one_at_a_time(f"account-requests:{request.asked_by_id}")
    most = settings.ACCOUNT_REQUESTS_A_DAY
    by_account, by_person = sent_since(request, clock.day_began())
    if by_account >= most:
        words = _("%(name)s can send %(most)s requests a day. Send this one tomorrow.")
        return [Problem("too_many_today", filled(words, name=request.asking_name, most=most))]
    if by_person >= most:
        words = _("You can send %(most)s requests a day. Send this one tomorrow.")
        return [Problem("too_many_today", filled(words, most=most))]
    return []


def _asked_already(request: TradeAccountRequest) -> list[Problem]:
    """The same is asked once at a time, from either side."""
    if request.other_id is None:
        return []
    pair = [request.asking_id, request.other_id]
    open_ones = TradeAccountRequest.objects.filter(
        kind=request.kind,
        asking__in=pair,
        other__in=pair,
        status__in=WAITING,
    )
    earlier = open_ones.first()
    if earlier is None:
        return []
    url = page_links.page_of(earlier, request.asking_id)
    return [asked_problem(earlier.reference, url)]


@transaction.atomic
def agree(*, actor: Access, request_id: uuid.UUID, shown: str) -> TradeAccountRequest:
    """The other account agrees to exactly what was shown. Then management decides if a C-TPAT
    account is attached to either side; otherwise it is carried out.
    """
    request_of(actor, request_id)
    request = locked_request(request_id)
    actor.require(P.DECIDE)
    refuse(REQUEST.problems("agree", request, actor))
    refuse_unless_possible(request)
    effects = refuse_if_changed(request, shown)
    now = clock.now()
    agreed = {"agreed_by_name": actor.name, "agreed_at": now}
    if not has_security_models([request.asking_id, request.other_id]):
        waiting = TradeAccountRequest.objects.filter(
            pk=request.pk, status=RequestStatus.ADMINISTRATOR
        )
        waiting.update(**agreed)
        record_in_both("agreed", request, actor)
        return apply("agree_and_apply", request, effects, actor=actor, shown=shown)
    changes: dict[str, Any] = {**agreed, "agreed_to": shown, "waits_since": now}
    make_move("agree", request, actor, **changes)
    record_in_both("agreed", request, actor)
    _tell_management(request)
    tell("request.to_management", request, request.asking_id, requester(request), is_staff=False)
    return request


@transaction.atomic
def refuse_request(*, actor: Access, request_id: uuid.UUID, reason: str) -> TradeAccountRequest:
    """The other account declines, with a reason that the requester reads."""
    return _close("refuse", "refused", actor, request_id, reason)


@transaction.atomic
def withdraw(*, actor: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """The account that asks takes its request back while it is open."""
    return _close("withdraw", "withdrawn", actor, request_id, "")


def _close(
    move: str, what: str, actor: Access, request_id: uuid.UUID, reason: str
) -> TradeAccountRequest:
    request_of(actor, request_id)
    request = locked_request(request_id)
    changes = _decided(request, actor, reason)
    make_move(move, request, actor, reason, **changes)
    more = {"why": reason} if reason else {}
    record_in_both(what, request, actor, **more)
    tell_decided(request, decision_words(move))
    return request


def _decided(request: TradeAccountRequest, actor: Access, reason: str) -> dict[str, Any]:
    return {
        "decided_by_id": actor.user_id,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
        "decision_reason": reason,
        "waits_since": None,
    }


@transaction.atomic
def answer(*, actor: Access, request_id: uuid.UUID, text: str) -> TradeAccountRequest:
    """The requester answers what management asked; the decision is management's again."""
    request_of(actor, request_id)
    request = locked_request(request_id)
    changes: dict[str, Any] = {"answer": text, "waits_since": clock.now()}
    make_move("answer", request, actor, **changes)
    record_in_both("answered", request, actor, why=text)
    _tell_management(request)
    return request


# --- management and specialists -------------------------------------------------------------------


def _tell_management(request: TradeAccountRequest) -> None:
    people = management(None)
    url = page_links.for_staff(request)
    tell("request.to_management", request, request.asking_id, people, url=url, is_staff=True)


@transaction.atomic
def approve(
    *, actor: Access, request_id: uuid.UUID, shown: str, reason: str = ""
) -> TradeAccountRequest:
    """Management approves exactly what was shown, and it is carried out."""
    request = _for_management(actor, request_id)
    refuse(REQUEST.problems("approve", request, actor))
    refuse_unless_possible(request)
    effects = refuse_if_changed(request, shown)
    record_in_both("approved", request, actor)
    return apply("approve", request, effects, actor=actor, shown=shown, reason=reason)


@transaction.atomic
def decline(*, actor: Access, request_id: uuid.UUID, reason: str) -> TradeAccountRequest:
    """Management declines, with a reason that both companies read."""
    request = _for_management(actor, request_id)
    changes = _decided(request, actor, reason)
    make_move("decline", request, actor, reason, **changes)
    record_in_both("declined", request, actor, why=reason)
    tell_decided(request, decision_words("decline"))
    return request


@transaction.atomic
def return_for_more(*, actor: Access, request_id: uuid.UUID, reason: str) -> TradeAccountRequest:
    """Management asks the requester for more; nothing is decided."""
    request = _for_management(actor, request_id)
    changes = {**_decided(request, actor, reason), "waits_since": clock.now()}
    make_move("return", request, actor, reason, **changes)
    record_in_both("returned", request, actor, why=reason)
    decision = decision_words("return")
    tell("request.decided", request, request.asking_id, requester(request), decision=decision)
    return request


def _for_management(actor: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """The request, locked. Under two pairs of eyes who recommended does not decide (G1)."""
    actor.require(P.APPROVE)
    request_for_staff(request_id)
    request = locked_request(request_id)
    if settings.TWO_PAIRS_OF_EYES and has_recommended(request, actor.user_id):
        words = _("You recommended a decision. Someone else of management decides.")
        refuse([Problem("recommended", words)])
    return request


@transaction.atomic
def recommend(*, actor: Access, request_id: uuid.UUID, supports: bool, text: str) -> Recommendation:
    """A specialist of a C-TPAT account that is concerned tells management what to decide."""
    actor.require(P.RECOMMEND)
    request_of_model(actor, request_id)
    request = locked_request(request_id)
    if request.status != RequestStatus.MANAGEMENT:
        refuse([Problem("wrong_state", _("The request does not wait for management."))])
    written = Recommendation.objects.create(
        request=request,
        trade_account_id=request.asking_id,
        staff=actor.user,
        staff_name=actor.name,
        supports=supports,
        text=text,
        written_at=clock.now(),
    )
    record_in_both("recommended", request, actor)
    return written
