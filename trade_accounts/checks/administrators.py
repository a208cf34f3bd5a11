"""T4: there is always at least one Company Administrator."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState, MembershipType


def last_administrator(membership: Membership) -> list[Problem]:
    """The problems if this member is no longer an active Company Administrator."""
    if not _is_administrator(membership):
        return []
    others = Membership.objects.filter(
        trade_account_id=membership.trade_account_id,
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
        user__disabled_at=None,
    ).exclude(pk=membership.pk)
    if others.exists():
        return []
    words = _(
        "%(name)s is the only Company Administrator. "
        "Make another user a Company Administrator first."
    )
    return [Problem("last_administrator", filled(words, name=membership.name), "type")]


def _is_administrator(membership: Membership) -> bool:
    return (
        membership.state == MembershipState.ACTIVE
        and membership.type == MembershipType.COMPANY_ADMINISTRATOR
    )
