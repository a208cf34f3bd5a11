"""Reads requests, as one of their accounts or as staff sees them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from core.access import Access
from core.errors import NotVisible
from core.tenancy import beyond_tenants
from operations.models import Recommendation, TradeAccountRequest
from operations.states import WAITING, RequestStatus
from security_models.models import SecurityModel
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


def drafts_of(access: Access) -> dict[str, TradeAccountRequest]:
    """The reader's drafts in the current account by kind; there is at most one of each."""
    mine = {"asking": access.trade_account.pk, "asked_by": access.user_id}
    rows = TradeAccountRequest.objects.filter(**mine, status=RequestStatus.DRAFT)
    return {one.kind: one for one in rows.order_by("-started_at", "pk")}


def sent_since(request: TradeAccountRequest, since: dt.datetime) -> tuple[int, int]:
    """How many requests its account, and its requester in any account, have sent since then."""
    rows = TradeAccountRequest.objects.filter(sent_at__gte=since)
    with beyond_tenants("A person sends requests from several accounts."):
        by_person = rows.filter(asked_by=request.asked_by_id).count()
    return rows.filter(asking=request.asking_id).count(), by_person


def open_partners(account_id: uuid.UUID) -> dict[str, dict[uuid.UUID, str]]:
    """With which accounts this one has an open request, by kind, and its reference."""
    rows = TradeAccountRequest.objects.filter(
        Q(asking=account_id) | Q(other=account_id), status__in=WAITING
    )
    found: dict[str, dict[uuid.UUID, str]] = {}
    for one in rows:
        partner = one.other_id if one.asking_id == account_id else one.asking_id
        if partner is not None:
            found.setdefault(one.kind, {})[partner] = one.reference
    return found


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
    return _staff_row(_concerning(access), request_id)


def request_read_by_specialist(access: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """The same to read: also one on which the reader has recommended, wherever the accounts are
    since. Raises NotVisible otherwise.
    """
    own = Recommendation.objects.filter(request=request_id, staff=access.user_id)
    return _staff_row(_concerning(access) | Q(Exists(own)), request_id)


def _concerning(access: Access) -> Q:
    account = access.security_model.trade_account
    here = Q(pk=account.pk) | Q(merged_into=account)
    near = TradeAccount.objects.filter(Q(parent=account) | Q(pk=account.parent_id) | here)
    return Q(asking__in=near) | Q(other__in=near) | Q(new_account=account.pk)


def _staff_row(seen: Q, request_id: uuid.UUID) -> TradeAccountRequest:
    row = requests_for_staff().filter(seen, pk=request_id).first()
    if row is None:
        raise NotVisible("trade_account_request")
    found: TradeAccountRequest = row
    return found


def concerns_model(access: Access, request: TradeAccountRequest) -> bool:
    """Whether the specialist of the current C-TPAT account is asked for a recommendation."""
    return requests_for_staff().filter(_concerning(access), pk=request.pk).exists()


def recommendations_of(request: TradeAccountRequest) -> QuerySet[Recommendation]:
    """What specialists wrote to management, newest first."""
    return request.recommendations.order_by("-written_at", "-pk")


def has_recommended(request: TradeAccountRequest, user_id: Any) -> bool:
    """Whether this member of staff has recommended a decision."""
    return Recommendation.objects.filter(request=request, staff_id=user_id).exists()


def waiting_for_management() -> int:
    """How many requests wait for management."""
    return TradeAccountRequest.objects.filter(status=RequestStatus.MANAGEMENT).count()


@beyond_tenants("Where an account went is told only to those who may enter it there.")
def split_off(named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ids of an address with the trade account that has its C-TPAT account now, if that went in
    a split of the named one; None otherwise. Any other trade account in an address is a mistake.
    """
    if "trade_id" not in named or "model_id" not in named:
        return None
    merged = TradeAccount.objects.filter(pk=named["trade_id"], merged_into__isnull=False)
    origins = [named["trade_id"], *merged.values_list("merged_into_id", flat=True)]
    went = TradeAccountRequest.objects.filter(
        asking__in=origins, status=RequestStatus.APPLIED, model_ids__contains=[named["model_id"]]
    )
    if not went.exists():
        return None
    models = SecurityModel.objects.filter(pk=named["model_id"])
    now = models.values_list("trade_account_id", flat=True).first()
    return {**named, "trade_id": now} if now not in {None, named["trade_id"]} else None


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
