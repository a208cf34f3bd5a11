"""Carries a request out: all or nothing, in the transaction of the last decision (T8, T9)."""

from __future__ import annotations

from collections.abc import Sequence

from core import account_moves, clock
from core.access import Access
from core.account_moves import Effect
from core.tenancy import beyond_tenants
from operations.models import TradeAccountRequest
from operations.services.both_sides import decision_words, record_in_both, tell_decided
from operations.services.both_sides import move as make_move
from operations.services.closing import (
    end_others,
    members_of,
    others_that_end,
    tell_askers,
    tell_members,
)
from operations.services.plans import founder_of, plan_of, written
from operations.states import Operation
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
        others, members = others_that_end(request), members_of(request)
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
        end_others(request, others, actor)
        tell_members(request, members)
        tell_askers(request, effects)
    tell_decided(request, decision_words("apply"), is_at_once=move == "carry_out")
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
