"""Projects memberships into grants, and enters a trade account."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from core.access import (
    Access,
    Permission,
    permissions_of,
    project,
    roles_of,
    strip_prefix,
)
from core.errors import NotVisible
from trade_accounts.models import Membership, TradeAccount, TradeAccountGrant
from trade_accounts.states import MembershipState


def wanted_grants(account: TradeAccount) -> dict[Any, set[str]]:
    """User -> roles that follow from the memberships; users who lost theirs get none."""
    wanted: dict[Any, set[str]] = {}
    for membership in account.memberships.exclude(user=None).select_related("user"):
        roles = wanted.setdefault(membership.user, set())
        if membership.state == MembershipState.ACTIVE:
            roles.add(membership.type)
    return wanted


def sync(account: TradeAccount) -> None:
    """Make the grants equal to the memberships. The caller has locked the account."""
    project(account, wanted_grants(account))


def with_roles(access: Access) -> QuerySet[TradeAccount]:
    """Trade accounts annotated with the actor's roles there, for entering one in one query."""
    rows: Any = TradeAccount.objects
    return rows.annotate(account_roles=roles_of(TradeAccountGrant, access.user_id, "pk"))


def enter(access: Access, trade_id: uuid.UUID, named: Mapping[str, Any] | None = None) -> Access:
    """Load the trade account named in the URL; unknown and foreign ones answer alike (R6)."""
    account = with_roles(access).filter(pk=trade_id).first()
    roles = strip_prefix(account.account_roles) if account is not None else frozenset()
    if account is None or not roles:
        raise NotVisible("trade_account")
    return access.to("trade_account", account, roles)


def who_can(account: TradeAccount, wanted: Permission) -> list[str]:
    """The names of the active members whose type gives them a permission (R6)."""
    members = Membership.objects.filter(
        trade_account=account, state=MembershipState.ACTIVE, user__disabled_at=None
    )
    return [
        membership.name
        for membership in members.select_related("user").order_by("last_name", "first_name")
        if wanted in permissions_of([membership.type])
    ]
