"""Reads requests, as one of their accounts or as staff sees them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from core.access import Access
from core.errors import NotVisible
from operations.models import Recommendation, TradeAccountRequest
from operations.states import RequestStatus
from trade_accounts.models import TradeAccount


def requests_of(access: Access) -> QuerySet[Any]:
    """The requests of the current account that were sent, and the reader's own drafts; those of
    accounts that were merged into it, too.

    ``direction`` is ``outgoing`` or ``incoming``, ``partner_name`` the other account by the name
    that it had.
    """
    shells = TradeAccount.objects.filter(merged_into=access.trade_account.pk)
    mine = [access.trade_account.pk, *shells.values_list("pk", flat=True)]
    rows = TradeAccountRequest.objects.filter(Q(asking__in=mine) | Q(other__in=mine))
    rows = rows.exclude(~Q(asked_by=access.user_id), status=RequestStatus.DRAFT)
    rows = rows.exclude(~Q(asking__in=mine), status=RequestStatus.DRAFT)
    is_own = Q(asking__in=mine)
    return rows.annotate(
        direction=_case(is_own, Value("outgoing"), Value("incoming")),
        partner_name=_case(is_own, F("other_name"), F("asking_name")),
        at=Case(When(sent_at=None, then=F("started_at")), default=F("sent_at")),
    )


def _case(condition: Q, then: Any, otherwise: Any) -> Case:
    return Case(When(condition, then=then), default=otherwise, output_field=CharField())


def request_of(access: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """One request of the current account. Raises NotVisible for any other."""
    row = requests_of(access).filter(pk=request_id).first()
    if row is None:
        raise NotVisible("trade_account_request")
    found: TradeAccountRequest = row
    return found


def draft_of(access: Access, kind: str) -> TradeAccountRequest | None:
    """The reader's draft of that kind in the current account; there is at most one."""
    mine = {"asking": access.trade_account.pk, "asked_by": access.user_id, "kind": kind}
    return TradeAccountRequest.objects.filter(**mine, status=RequestStatus.DRAFT).first()


# --- staff ----------------------------------------------------------------------------------------


def requests_for_staff() -> QuerySet[Any]:
    """Every request that was sent; whether a specialist has recommended, and what."""
    newest = Recommendation.objects.filter(request=OuterRef("pk")).order_by("-written_at")
    rows = TradeAccountRequest.objects.exclude(status=RequestStatus.DRAFT)
    return rows.annotate(supported=Subquery(newest.values("supports")[:1]))


def request_for_staff(request_id: uuid.UUID) -> TradeAccountRequest:
    """One request. Raises NotVisible for a draft or none."""
    row = requests_for_staff().filter(pk=request_id).first()
    if row is None:
        raise NotVisible("trade_account_request")
    found: TradeAccountRequest = row
    return found


def request_of_model(access: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """A request that concerns the company of the current C-TPAT account, or one above or below it.

    Raises NotVisible otherwise.
    """
    account = access.security_model.trade_account
    near = TradeAccount.objects.filter(
        Q(parent=account) | Q(pk=account.parent_id) | Q(pk=account.pk)
    )
    concerned = Q(asking__in=near) | Q(other__in=near)
    row = requests_for_staff().filter(concerned, pk=request_id).first()
    if row is None:
        raise NotVisible("trade_account_request")
    found: TradeAccountRequest = row
    return found


def recommendations_of(request: TradeAccountRequest) -> QuerySet[Recommendation]:
    """What specialists wrote to management, newest first."""
    return request.recommendations.order_by("-written_at", "-pk")


def has_recommended(request: TradeAccountRequest, user_id: Any) -> bool:
    """Whether this member of staff has recommended a decision."""
    return Recommendation.objects.filter(request=request, staff_id=user_id).exists()


def waiting_for_management() -> int:
    """How many requests wait for management."""
    return TradeAccountRequest.objects.filter(status=RequestStatus.MANAGEMENT).count()


def past_scopes(account: TradeAccount) -> list[tuple[uuid.UUID, Any]]:
    """Whose history belongs to that of an account, each until a moment or without end (T9).

    After a merge: the accounts that were closed into it. After a split: for the new account, the
    one that was split; for that one, the C-TPAT accounts that went.
    """
    shells = list(TradeAccount.objects.filter(merged_into=account))
    found: list[tuple[uuid.UUID, Any]] = [(one.pk, None) for one in shells]
    for one in shells:
        found += past_scopes(one)
    splits = TradeAccountRequest.objects.filter(
        Q(asking=account) | Q(new_account=account), status=RequestStatus.APPLIED, kind="split"
    )
    for split in splits:
        if split.new_account_id == account.pk:
            found.append((split.asking_id, split.decided_at))
        else:
            found += [(model_id, split.decided_at) for model_id in split.model_ids]
    return found
