"""Reads the accounts of a request, and those that the reader could choose."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from core.access import Access
from core.tenancy import beyond_tenants
from operations.facts.parties import Party
from operations.models import TradeAccountRequest
from operations.states import Operation
from security_models.models import SecurityModel
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.selectors.accounts import accounts_shown
from trade_accounts.states import MembershipState, MembershipType, SetUp

#: No hierarchy is as deep; protects from a loop in the data.
_DEEPEST = 50


@beyond_tenants("The rules look at both accounts of a request, whoever reads.")
def parties(ids: Iterable[uuid.UUID | None], requester_id: Any) -> Mapping[uuid.UUID, Party]:
    """These accounts, and what the requester is in each."""
    own = Membership.objects.filter(
        trade_account=OuterRef("pk"), user_id=requester_id, state=MembershipState.ACTIVE
    )
    rows = TradeAccount.objects.filter(pk__in=[one for one in ids if one is not None])
    typed = rows.annotate(requester_type=Subquery(own.values("type")[:1]))
    return {row.pk: _party(row, _above(row)) for row in typed}


def _party(row: Any, above: tuple[uuid.UUID, ...] = ()) -> Party:
    return Party(
        id=row.pk,
        name=row.name,
        parent_id=row.parent_id,
        is_active=row.set_up == SetUp.DONE,
        is_closed=row.closed_at is not None,
        requester_type=row.requester_type or "",
        above=above,
    )


def _above(row: TradeAccount) -> tuple[uuid.UUID, ...]:
    found: list[uuid.UUID] = []
    parent = row.parent_id
    while parent is not None and len(found) < _DEEPEST:
        found.append(parent)
        parent = TradeAccount.objects.values_list("parent_id", flat=True).get(pk=parent)
    return tuple(found)


def own_parties(access: Access) -> list[Party]:
    """Every account in which the reader is a user, by name; one statement."""
    rows: QuerySet[Any] = accounts_shown(access)
    found = []
    for row in rows:
        row.requester_type = row.member_type
        found.append(_party(row))
    return found


@beyond_tenants("A Company Administrator sees what is directly below the company, to delink it.")
def linked_to(account: TradeAccount) -> list[Party]:
    """The account above this one, and those directly below it."""
    below = list(TradeAccount.objects.filter(parent=account).order_by("name", "pk"))
    above = [account.parent] if account.parent is not None else []
    for row in [*above, *below]:
        vars(row)["requester_type"] = ""
    return [_party(row) for row in [*above, *below]]


@beyond_tenants("Whether management decides depends on both accounts and what is below them (T8).")
def has_security_models(ids: Iterable[uuid.UUID | None]) -> bool:
    """Whether a C-TPAT account is attached to one of these accounts or to one below them."""
    level = {one for one in ids if one is not None}
    every: set[uuid.UUID] = set()
    while level - every:
        every |= level
        below = TradeAccount.objects.filter(parent__in=level).values_list("pk", flat=True)
        level = set(below)
    return SecurityModel.objects.filter(trade_account__in=every).exists()


def is_at_once(request: TradeAccountRequest) -> bool:
    """Whether nobody else decides: a split of an account without a C-TPAT account."""
    if request.kind != Operation.SPLIT:
        return False
    return not has_security_models([request.asking_id])


@beyond_tenants("Where the new account of a split stands is said before it is founded.")
def parent_name(request: TradeAccountRequest) -> str:
    """The account above the one that is split, and so above the new one; empty if there is none.

    Once it is carried out: only while both still stand below the same one.
    """
    if request.kind != Operation.SPLIT:
        return ""
    halves = [one for one in (request.asking_id, request.new_account_id) if one is not None]
    above = set(TradeAccount.objects.filter(pk__in=halves).values_list("parent__name", flat=True))
    return (above.pop() or "") if len(above) == 1 else ""


def names_of_administrators(account_id: uuid.UUID | None) -> list[str]:
    """Who decides for an account: its Company Administrators, by name."""
    if account_id is None:
        return []
    with beyond_tenants("Who asks is told who decides."):
        rows = Membership.objects.filter(
            trade_account=account_id,
            state=MembershipState.ACTIVE,
            type=MembershipType.COMPANY_ADMINISTRATOR,
            user__disabled_at=None,
        )
        return [one.name for one in rows.select_related("user").order_by("last_name", "pk")]
