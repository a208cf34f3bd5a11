"""Finds the C-TPAT accounts in which a person works (M1, D1, R4, R6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from core.access import Access
from identity.states import StaffRole
from security_models import grants
from security_models.models import Contact, SecurityModel, StaffAssignment
from security_models.policies import in_charge
from trade_accounts.states import MembershipState


def accounts_of_contact(user_id: Any) -> QuerySet[SecurityModel]:
    """The C-TPAT accounts in which a person is a contact who has accepted (M1, R4)."""
    mine = Contact.objects.filter(
        membership__user=user_id, membership__state=MembershipState.ACTIVE
    )
    return SecurityModel.objects.filter(pk__in=mine.values("security_model"))


def accounts_worked_in(
    access: Access, trade_account_id: uuid.UUID | None = None
) -> QuerySet[SecurityModel]:
    """The C-TPAT accounts in which the actor works: those in which a partner is a contact, those
    that a specialist looks after, or for management all; by company and reference.
    """
    if not access.is_staff:
        rows = accounts_of_contact(access.user_id)
    elif StaffRole.MANAGEMENT in access.roles:
        rows = SecurityModel.objects.all()
    else:
        mine = StaffAssignment.objects.filter(in_charge(access.user_id))
        rows = SecurityModel.objects.filter(pk__in=mine.values("security_model"))
    bounds = {access.only_trade_account_id, trade_account_id} - {None}
    for bound in bounds:
        rows = rows.filter(trade_account=bound)
    rows = rows.select_related("trade_account")
    return rows.order_by("trade_account__name", "reference")


def entered_chosen(access: Access, accounts: list[SecurityModel], chosen: Any) -> Access | None:
    """The actor inside the chosen one of these accounts, or inside the only one; None until one of
    them is chosen.
    """
    key = str(accounts[0].pk) if len(accounts) == 1 and not chosen else str(chosen or "")
    for one in accounts:
        if str(one.pk) == key:
            return access if "security_model" in access.roots else grants.enter(access, one.pk)
    return None
