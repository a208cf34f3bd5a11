"""The addresses of the organization and those chosen for a model."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from core.crypto import content_hash
from security_models import page_links
from security_models.models import ModelAddress, SecurityModel
from security_models.selectors.model_facts import facts_in
from trade_accounts.models import Address
from trade_accounts.providers.reactions import Use
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


def chosen_of_each(models: Iterable[SecurityModel]) -> dict[uuid.UUID, list[ModelAddress]]:
    """The same for many models, by model; one query."""
    found: dict[uuid.UUID, list[ModelAddress]] = {}
    ids = [one.pk for one in models]
    for row in in_use(ModelAddress.objects.filter(security_model_id__in=ids)):
        found.setdefault(row.security_model_id, []).append(row)
    return found


def in_use(rows: QuerySet[ModelAddress]) -> QuerySet[ModelAddress]:
    """Chosen addresses without removed ones, the Primary address first."""
    rows = rows.filter(address__removed_at=None).select_related("address")
    return rows.order_by("-is_primary", "-is_mailing", "address__created_at")


def address_uses(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Use]]:
    """The C-TPAT accounts that use each address; a closed one does not hold it."""
    rows = list(
        ModelAddress.objects.filter(address_id__in=ids).values_list(
            "address_id", "security_model_id"
        )
    )
    models = SecurityModel.objects.filter(pk__in={model for _address, model in rows})
    known = {one.model.pk: one for one in facts_in(models)} if rows else {}
    found: dict[uuid.UUID, list[Use]] = {}
    for address, model in rows:
        facts = known[model]
        where = page_links.url(facts.model, "addresses")
        found.setdefault(address, []).append(Use(facts.model.reference, where, facts.editable))
    return {key: sorted(uses, key=lambda one: one.reference) for key, uses in found.items()}


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


def choice_mark(primary: str, mailing: str, secondary: Iterable[str]) -> str:
    """The same mark of a choice as a form sends it."""
    marked = set(secondary)
    marks = [
        [one, one == primary, one == mailing, one in marked]
        for one in {primary, mailing, *marked} - {""}
    ]
    return content_hash(sorted(marks))[:16]
