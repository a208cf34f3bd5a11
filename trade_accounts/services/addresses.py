"""Addresses of the organization profile (T5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import account_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import refusal, refuse
from trade_accounts import postal_codes, selectors
from trade_accounts.checks import addresses as checks
from trade_accounts.models import Address
from trade_accounts.policies import P
from trade_accounts.providers import reactions
from trade_accounts.services.accounts import changes, locked, words_of
from trade_accounts.states import SetUp

MOST = 500

#: The words for the fields of an address.
FIELDS = {
    "types": gettext_lazy("types"),
    "name": gettext_lazy("name"),
    "street1": gettext_lazy("street line 1"),
    "street2": gettext_lazy("street line 2"),
    "city": gettext_lazy("city"),
    "state": gettext_lazy("state"),
    "postal_code": gettext_lazy("postal code"),
    "country": gettext_lazy("country"),
}


@transaction.atomic
def add_address(
    *, actor: Access, form_key: uuid.UUID, keep_both: bool = False, **values: Any
) -> Address:
    """Add an address; two clicks add one.

    Refused with every problem: types, country, state, postal code, and an address that looks like
    one that exists, unless the actor decides to ``keep_both``.
    """
    actor.require(P.EDIT)
    account = locked(actor.trade_account.pk)
    mine = {"trade_account_id": account.pk, "created_by_id": actor.user_id}
    existing = made_before(Address, form_key, **mine)
    if existing is not None:
        return existing
    others = list(selectors.addresses_of(account))
    if len(others) >= MOST:
        words = _("An account can have at most %(most)s addresses.") % {"most": MOST}
        raise refusal("too_many", words)
    values = _checked(values, [] if keep_both else others)
    address = Address.objects.create(
        pk=form_key,
        trade_account=account,
        created_at=clock.now(),
        created_by_id=actor.user_id,
        **values,
    )
    _note("trade_accounts.address_added", actor, address)
    return address


@transaction.atomic
def save_address(
    *,
    actor: Access,
    address_id: uuid.UUID,
    expected: int,
    keep_both: bool = False,
    **values: Any,
) -> Address:
    """Change an address. Raises Stale if someone else saved since (P5). Refused as when adding."""
    actor.require(P.EDIT)
    account = locked(actor.trade_account.pk)
    address = selectors.find_address(actor, address_id)
    others = [one for one in selectors.addresses_of(account) if one.pk != address.pk]
    # An address that was kept beside another one on purpose is not asked about again.
    is_moved = any(
        values[name] != getattr(address, name) for name in ("street1", "city", "country")
    )
    values = _checked(values, others if is_moved and not keep_both else [])
    if account.set_up == SetUp.DONE:
        refuse(checks.last_headquarters(address, values["types"]))
    changed = changes(address, values)
    if changed:
        save_versioned(address, expected=expected, **changed)
        words = words_of(changed, FIELDS)
        _note("trade_accounts.address_changed", actor, address, fields=words)
    return address


@transaction.atomic
def remove_address(*, actor: Access, address_id: uuid.UUID) -> Address:
    """Remove an address unless something still uses it; the row stays for the history."""
    actor.require(P.EDIT)
    account = locked(actor.trade_account.pk)
    address = selectors.find_address(actor, address_id)
    problems = [one for answer in reactions.address_removing(address) for one in answer]
    if account.set_up == SetUp.DONE:
        problems += checks.last_headquarters(address, [])
    refuse(problems)
    save_versioned(address, expected=address.version, removed_at=clock.now())
    _note("trade_accounts.address_removed", actor, address)
    return address


def _checked(values: dict[str, Any], others: list[Address]) -> dict[str, Any]:
    """The values as they are stored. Refused with every problem."""
    problems = checks.of_types(values) + checks.of_country(values)
    refuse(problems)
    code = postal_codes.clean_postal_code(values["country"], values["state"], values["postal_code"])
    values = {**values, "postal_code": code, "types": list(values["types"])}
    refuse(checks.duplicates(values, others))
    return values


def _note(kind: str, actor: Access, address: Address, **data: Any) -> None:
    record(
        kind,
        actor=actor,
        scope=account_scope(address.trade_account_id),
        subject=("address", address.pk),
        address=address.name or str(address),
        **data,
    )
