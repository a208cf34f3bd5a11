"""API keys of a trade account."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from core import clock
from core.access import Access
from core.errors import NotVisible
from trade_accounts.models import ApiKey
from trade_accounts.policies import P


def working_keys() -> QuerySet[ApiKey]:
    """The keys that were not revoked and whose last day has not passed."""
    in_time = Q(expires_on=None) | Q(expires_on__gte=clock.real_today())
    return ApiKey.objects.filter(in_time, revoked_at=None)


def keys_of(access: Access) -> QuerySet[ApiKey]:
    """All keys of the account for Company Administrators, otherwise the reader's own;
    newest first.
    """
    rows = ApiKey.objects.filter(trade_account=access.trade_account).select_related("user")
    if not access.has(P.MANAGE_USERS):
        rows = rows.filter(user_id=access.user_id)
    return rows.order_by("revoked_at", "-created_at")


def find_key(access: Access, key_id: uuid.UUID) -> ApiKey:
    """One key that the reader may see. Raises NotVisible otherwise."""
    row = keys_of(access).filter(pk=key_id).first()
    if row is None:
        raise NotVisible("key")
    return row
