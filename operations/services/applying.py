"""Carries a request out: all or nothing, in the transaction of the last decision (T8, T9)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core import account_moves, clock
from core.access import Access
from core.account_moves import Effect
from core.tenancy import beyond_tenants
from core.text import filled
from operations.models import TradeAccountRequest
from operations.services.both_sides import decision_words, record_in_both, tell_decided
from operations.services.both_sides import move as make_move
from operations.services.plans import founder_of, plan_of, written
from operations.states import WAITING, Operation
from trade_accounts.models import TradeAccount
from trade_accounts.services.hierarchy import close_into, found_half, set_parent


def apply(
    move: str,
    request: TradeAccountRequest,
    effects: Sequence[Effect],
    *,
    actor: Access,
    shown: str,
    reason: str = "",
) -> TradeAccountRequest:
    """Make the last move, and do what the request asks for. Its accounts are locked, and what must
    hold was checked.
    """
    now = clock.now()
    with beyond_tenants("What both companies agreed on is carried out on both sides."):
        new_account = _carry_out(request, actor)
        changes = {
            "agreed_to": shown,
            "decided_by_id": actor.user_id,
            "decided_by_name": actor.name,
            "decided_at": now,
            "decision_reason": reason,
            "waits_since": None,
            "outcome": written(effects),
            "new_account": new_account,
        }
        make_move(move, request, actor, reason, **changes)
        record_in_both("applied", request, actor)
        _end_others(request, actor)
    tell_decided(request, decision_words("apply"))
    return request


def _carry_out(request: TradeAccountRequest, actor: Access) -> TradeAccount | None:
    if request.kind == Operation.SPLIT:
        return _split(request, actor)
    accounts = TradeAccount.objects.in_bulk([request.head_id, request.lower_id])
    head, lower = accounts[request.head_id], accounts[request.lower_id]
    if request.kind == Operation.LINK:
        set_parent(lower, head)
    elif request.kind == Operation.DELINK:
        set_parent(lower, None)
    else:
        _merge(request, head, lower, actor)
    return None


def _merge(
    request: TradeAccountRequest, survivor: TradeAccount, closing: TradeAccount, actor: Access
) -> None:
    plan = plan_of(request)
    if plan is None:
        raise LookupError("a merge has a plan")
    account_moves.move(plan, actor=actor)
    close_into(closing, survivor)


def _split(request: TradeAccountRequest, actor: Access) -> TradeAccount:
    plan, founder = plan_of(request), founder_of(request)
    if plan is None or founder is None:
        raise LookupError("a split has a plan and a founder")
    founded = found_half(
        actor=actor,
        origin=TradeAccount.objects.get(pk=plan.source),
        new_id=plan.target,
        name=request.new_name,
        founder=founder,
    )
    account_moves.move(plan, actor=actor)
    return founded


def _end_others(request: TradeAccountRequest, actor: Access) -> None:
    """Other requests of an account that was closed are no longer possible; both sides are told."""
    if request.kind != Operation.MERGE or request.lower_id is None:
        return
    why = filled(
        _("%(lower)s was merged into %(head)s"), lower=request.lower_name, head=request.head_name
    )
    for other in _open_requests(request.lower_id, request.pk):
        end(other, actor=actor, why=why)


def _open_requests(account_id: uuid.UUID, but: uuid.UUID) -> list[TradeAccountRequest]:
    rows = TradeAccountRequest.objects.select_for_update(of=("self",), no_key=True)
    concerned = Q(asking=account_id) | Q(other=account_id)
    found = rows.filter(concerned, status__in=WAITING).exclude(pk=but)
    return list(found.select_related("asked_by").order_by("pk"))


def end(request: TradeAccountRequest, *, actor: Access, why: str) -> None:
    """Close a request that is no longer possible, and say why on both sides."""
    make_move("end", request, actor, why, waits_since=None)
    record_in_both("ended", request, actor, why=why)
    tell_decided(request, decision_words("end"))
