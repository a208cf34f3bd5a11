"""The addresses of the organization and those chosen for a model."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from core.crypto import content_hash
from security_models.models import ModelAddress, SecurityModel
from trade_accounts.models import Address
from trade_accounts.states import HEADQUARTERS


def organization_addresses(model: SecurityModel, *, lock: bool = False) -> list[Address]:
    """The addresses in the organization profile that are in use, oldest first.

    ``lock`` prevents their removal until the end of the transaction.
    """
    rows = Address.objects.filter(trade_account_id=model.trade_account_id, removed_at=None)
    if lock:
        rows = rows.select_for_update(no_key=True)
    return list(rows.order_by("created_at", "pk"))


def chosen_addresses(model: SecurityModel) -> list[ModelAddress]:
    """The addresses chosen now, the Primary address first. Removed addresses are left out."""
    return list(in_use(ModelAddress.objects.filter(security_model=model)))


def in_use(rows: QuerySet[ModelAddress]) -> QuerySet[ModelAddress]:
    """Chosen addresses without removed ones, the Primary address first."""
    rows = rows.filter(address__removed_at=None).select_related("address")
    return rows.order_by("-is_primary", "-is_mailing", "address__created_at")


def suggestion(known: Iterable[Address], chosen: Iterable[ModelAddress]) -> dict[str, str]:
    """What the form preselects for a role that nobody has chosen yet (S4): role -> id of the
    address.

    The headquarters, or the only address, as Primary and as Mailing address. Nothing is saved by
    this, and an address already chosen as secondary is not preselected.
    """
    every, taken = list(known), list(chosen)
    secondary = {one.address_id for one in taken if one.is_secondary}
    seats = [one for one in every if HEADQUARTERS in one.types] or every
    if len(seats) != 1 or seats[0].pk in secondary:
        return {}
    missing = {
        "primary": not any(one.is_primary for one in taken),
        "mailing": not any(one.is_mailing for one in taken),
    }
    return {role: str(seats[0].pk) for role, lacks in missing.items() if lacks}


def seen_as(chosen: Iterable[ModelAddress]) -> str:
    """A short mark of the current choice. The form carries it, so that a later save can be
    compared.
    """
    marks = [[str(o.address_id), o.is_primary, o.is_mailing, o.is_secondary] for o in chosen]
    return content_hash(sorted(marks))[:16]
