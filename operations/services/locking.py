"""Locks a request and its accounts, and checks again what must hold."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotVisible, Problem, refuse
from core.tenancy import beyond_tenants
from core.text import filled, fold
from operations import page_links
from operations.checks.preconditions import asker_problems, place_problems, standing_problems
from operations.models import TradeAccountRequest
from operations.selectors.parties import parties
from operations.services.plans import effects_of, hash_of, plan_of, unsettled
from operations.states import Operation, RequestStatus
from security_models.models import SecurityModel
from trade_accounts.models import Address, TradeAccount
from trade_accounts.states import HEADQUARTERS


@beyond_tenants("A request and both of its accounts are locked together, whoever acts.")
def locked_request(request_id: uuid.UUID) -> TradeAccountRequest:
    """The request, and its accounts, locked until the transaction ends: first the accounts, always
    in the same order, because what is carried out also ends other requests of theirs.

    The caller has found the request for its actor. Raises NotVisible if it is gone.
    """
    _lock_accounts(TradeAccountRequest.objects.filter(pk=request_id).first())
    rows = TradeAccountRequest.objects.select_for_update(of=("self",), no_key=True)
    request = rows.select_related("asked_by").filter(pk=request_id).first()
    if request is None:
        raise NotVisible("trade_account_request")
    # The other account of a draft may have been chosen anew in between.
    _lock_accounts(request)
    return request


def _lock_accounts(request: TradeAccountRequest | None) -> None:
    named = () if request is None else (request.asking_id, request.other_id)
    ids = [one for one in named if one is not None]
    list(TradeAccount.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def problems_now(request: TradeAccountRequest) -> list[Problem]:
    """Everything that keeps the request from being carried out as the accounts stand now."""
    found = parties([request.asking_id, request.other_id], request.asked_by_id)
    asking = found[request.asking_id]
    other = found.get(request.other_id) if request.other_id else None
    problems = list(asker_problems(request.kind, asking, other))
    if request.kind == Operation.SPLIT:
        problems += [*standing_problems(asking), *_split_problems(request)]
        return [*problems, *unsettled(request)]
    if other is None or request.head_id is None:
        return [*problems, Problem("choose", _("Choose both accounts first."))]
    head, lower = (asking, other) if request.head_id == asking.id else (other, asking)
    problems += place_problems(request.kind, head, lower)
    return [*problems, *unsettled(request)]


@beyond_tenants("What a split takes along is looked up, whoever acts.")
def _split_problems(request: TradeAccountRequest) -> list[Problem]:
    """A name; the chosen C-TPAT accounts, while they are here; and headquarters (T5)."""
    problems = []
    if not request.new_name:
        problems.append(Problem("name", _("Give the new account a name.")))
    elif fold(request.new_name).split() == fold(request.asking_name).split():
        words = _(
            "Give the new account another name than %(name)s, so that they can be told apart."
        )
        found = filled(words, name=request.asking_name)
        problems.append(Problem("same_name", found, url=page_links.step_of(request, "name")))
    here = SecurityModel.objects.filter(pk__in=request.model_ids, trade_account=request.asking_id)
    if here.count() != len(set(request.model_ids)):
        words = _("A chosen C-TPAT account is no longer in this trade account.")
        problems.append(Problem("gone", words))
    plan = plan_of(request)
    copied = Address.objects.filter(pk__in=plan.addresses if plan else (), removed_at=None)
    if not copied.filter(types__contains=[HEADQUARTERS]).exists():
        words = _("Choose headquarters among the addresses that the new account gets.")
        problems.append(Problem("headquarters", words, url=page_links.step_of(request, "what")))
    return problems


def refuse_unless_possible(request: TradeAccountRequest) -> None:
    """Refuse with every problem: preconditions are checked at each step (T8)."""
    refuse(problems_now(request))


def refuse_if_changed(request: TradeAccountRequest, shown: str) -> list[Any]:
    """The effects as they are now. Refused if they are not what the deciding page showed."""
    effects = effects_of(request)
    if shown != hash_of(request, effects):
        words = _("What would happen has changed since you opened this page. Look at it again.")
        refuse([Problem("changed", words)])
    return effects


def is_open(request: TradeAccountRequest) -> bool:
    """Whether someone still has to act."""
    return request.status in {
        RequestStatus.ADMINISTRATOR,
        RequestStatus.MANAGEMENT,
        RequestStatus.RETURNED,
    }
