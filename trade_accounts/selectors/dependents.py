"""What depends on one membership in this app: keys, requests, shared views."""

from __future__ import annotations

from trade_accounts.models import Ask, Membership, SavedView
from trade_accounts.selectors.keys import working_keys


def keys_of_member(membership: Membership) -> list[str]:
    """The names of the person's API keys that work for this account."""
    if membership.user_id is None:
        return []
    keys = working_keys().filter(
        trade_account_id=membership.trade_account_id, user_id=membership.user_id
    )
    return list(keys.order_by("created_at").values_list("name", flat=True))


def asks_of(membership: Membership) -> int:
    """How many open requests there are for acts of this person."""
    return Ask.objects.filter(membership=membership, ended_at=None).count()


def shared_views_of(membership: Membership) -> list[str]:
    """The names of the saved views that the person shares with this account."""
    if membership.user_id is None:
        return []
    views = SavedView.objects.filter(
        trade_account_id=membership.trade_account_id, user_id=membership.user_id
    )
    return list(views.order_by("name").values_list("name", flat=True))
