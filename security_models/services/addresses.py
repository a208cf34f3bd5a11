"""Chooses the addresses of a security model from those of the organization (S4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core.access import Access
from core.errors import Problem, Refused, Stale
from security_models.models import ModelAddress, SecurityModel
from security_models.policies import P
from security_models.selectors.addresses import chosen_addresses, organization_addresses, seen_as
from security_models.services.roots import lock_open, scope_of


@transaction.atomic
def save_addresses(
    *,
    actor: Access,
    model: SecurityModel,
    seen: str,
    primary: uuid.UUID | None,
    mailing: uuid.UUID | None,
    secondary: Iterable[uuid.UUID] = (),
) -> list[ModelAddress]:
    """Choose one Primary and one Mailing address (may be the same), and Secondary ones.

    ``seen`` is what the page showed: if someone else chose since, Stale with the current choice.
    The same choice again changes nothing.
    """
    actor.require(P.EDIT)
    lock_open(model)
    now = chosen_addresses(model)
    uses = {one.pk: one for one in organization_addresses(model, lock=True)}
    marked = set(secondary) - {primary}
    problems = _problems(uses, primary, mailing, marked)
    if problems:
        raise Refused("addresses", problems)
    wanted = {
        key: (key == primary, key == mailing, key in marked)
        for key in {primary, mailing, *marked}
        if key is not None
    }
    have = {one.address_id: (one.is_primary, one.is_mailing, one.is_secondary) for one in now}
    if wanted == have:
        return now
    if seen != seen_as(now):
        raise Stale(now)
    ModelAddress.objects.filter(security_model=model).delete()
    ModelAddress.objects.bulk_create(
        ModelAddress(
            security_model=model,
            trade_account_id=model.trade_account_id,
            address_id=key,
            is_primary=flags[0],
            is_mailing=flags[1],
            is_secondary=flags[2],
        )
        for key, flags in sorted(wanted.items(), key=lambda item: str(item[0]))
    )
    record("security_models.addresses_chosen", actor=actor, scope=scope_of(model), n=len(wanted))
    return chosen_addresses(model)


def _problems(
    known: Iterable[uuid.UUID],
    primary: uuid.UUID | None,
    mailing: uuid.UUID | None,
    secondary: set[uuid.UUID],
) -> list[Problem]:
    known = set(known)
    problems = []
    if primary not in known:
        words = _("Choose the Primary address from the list.")
        problems.append(Problem("primary", words, "primary"))
    if mailing not in known:
        words = _("Choose the Mailing address from the list.")
        problems.append(Problem("mailing", words, "mailing"))
    if not secondary <= known:
        words = _("An address is no longer in the organization profile. Reload the page.")
        problems.append(Problem("secondary", words, "secondary"))
    return problems
