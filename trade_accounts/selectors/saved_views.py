"""Reads saved views: a person's own, and those that someone shares with the account of a list."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from core.access import Access
from core.errors import NotVisible
from trade_accounts.models import SavedView
from trade_accounts.selectors.accounts import accounts_of_member


def own_views(access: Access) -> QuerySet[SavedView]:
    """The views of the acting person, by list and name."""
    return SavedView.objects.filter(user_id=access.user_id).order_by("path", "name", "pk")


def views_at(access: Access, path: str) -> list[SavedView]:
    """The views of the list at that address: own and shared ones; one statement.

    The page has checked that the actor may open it. Its address names the account with which views
    are shared, so that no other account's are among them.
    """
    account = access.roots.get("trade_account")
    seen = Q(user_id=access.user_id)
    if account is not None:
        seen |= Q(trade_account=account.pk)
    return list(SavedView.objects.filter(seen, path=path).order_by("name", "pk"))


def view_of(access: Access, view_id: uuid.UUID) -> SavedView:
    """A view of the acting person, to be changed. Raises NotVisible for any other."""
    found = own_views(access).filter(pk=view_id).first()
    if found is None:
        raise NotVisible("saved view")
    return found


def view_to_open(access: Access, view_id: uuid.UUID) -> SavedView:
    """A view of the acting person or of an account in which they work. Raises NotVisible for any
    other.
    """
    found = SavedView.objects.filter(pk=view_id).first()
    if found is None:
        raise NotVisible("saved view")
    if found.user_id != access.user_id and not _is_member(access, found.trade_account_id):
        raise NotVisible("saved view")
    return found


def _is_member(access: Access, trade_account_id: uuid.UUID | None) -> bool:
    if trade_account_id is None or access.is_staff:
        return False
    return accounts_of_member(access.user_id).filter(pk=trade_account_id).exists()
