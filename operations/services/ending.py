"""Which other open requests end when a request is carried out (T8, T9)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Q

from core.tenancy import beyond_tenants
from operations.checks.preconditions import place_problems
from operations.facts.parties import Party
from operations.models import TradeAccountRequest
from operations.selectors.parties import parties
from operations.states import WAITING, Operation, RequestStatus


@beyond_tenants("What ends is said to both sides before they decide, whoever reads.")
def ended_by(request: TradeAccountRequest) -> list[TradeAccountRequest]:
    """The open requests that are no longer possible afterwards.

    After a merge those of the account that is closed; after a split other splits that name one of
    its C-TPAT accounts; after a link or a delink those whose accounts no longer stand where they
    must.
    """
    here = Q(asking=request.asking_id) | Q(other=request.asking_id)
    if request.other_id is not None:
        here |= Q(asking=request.other_id) | Q(other=request.other_id)
    rows = TradeAccountRequest.objects.filter(here, status__in=WAITING).exclude(pk=request.pk)
    found = list(rows.select_related("asked_by").order_by("pk"))
    if request.kind == Operation.MERGE:
        return [one for one in found if request.lower_id in {one.asking_id, one.other_id}]
    if request.kind == Operation.SPLIT:
        return [one for one in found if set(one.model_ids) & set(request.model_ids)]
    return _misplaced(request, found) if found else []


def drafts_of_account(account_id: uuid.UUID) -> list[TradeAccountRequest]:
    """Requests that are being prepared and name this account."""
    named = Q(asking=account_id) | Q(other=account_id)
    rows = TradeAccountRequest.objects.filter(named, status=RequestStatus.DRAFT)
    return list(rows.select_related("asked_by").order_by("pk"))


def _misplaced(
    request: TradeAccountRequest, others: list[TradeAccountRequest]
) -> list[TradeAccountRequest]:
    ids = {one for row in [request, *others] for one in (row.asking_id, row.other_id)}
    now = parties(ids, None)
    if request.lower_id is None or request.lower_id not in now:
        return []
    parent = request.head_id if request.kind == Operation.LINK else None
    moved = replace(now[request.lower_id], parent_id=parent)
    then = {**now, moved.id: moved}
    return [one for one in others if _fits(one, now) and not _fits(one, then)]


def _fits(request: TradeAccountRequest, found: Mapping[uuid.UUID, Party]) -> bool:
    if request.head_id is None or request.lower_id is None:
        return True
    head, lower = found[request.head_id], found[request.lower_id]
    return not list(place_problems(request.kind, head, lower))
