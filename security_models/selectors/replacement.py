"""Reads the roles of a person who leaves and of a successor, in the accounts of a manager."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from core.access import Access
from core.errors import NotVisible
from identity.models import User
from security_models.facts.model_facts import Facts
from security_models.models import Contact, SecurityModel
from security_models.selectors import facts_in
from trade_accounts.models import Membership
from trade_accounts.selectors import STAYING, find_member
from trade_accounts.states import MembershipState, MembershipType


def find_leaver(access: Access, membership_id: uuid.UUID) -> Membership:
    """An active member of the current account. Raises NotVisible for anyone else."""
    found = find_member(access, membership_id)
    if found.state != MembershipState.ACTIVE or found.user is None:
        raise NotVisible("membership")
    return found


def possible_successors(leaver: Membership) -> list[Membership]:
    """The other members of the account who have accepted and may act (R4, R5, R7), by name."""
    rows = Membership.objects.filter(
        trade_account_id=leaver.trade_account_id,
        state=MembershipState.ACTIVE,
        user__disabled_at=None,
        user__staff_role="",
    )
    rows = rows.exclude(pk=leaver.pk).select_related("user")
    return sorted(rows, key=lambda one: one.name.casefold())


def managed_memberships(user_id: uuid.UUID, leaver_id: uuid.UUID) -> QuerySet[Membership]:
    """The leaver's memberships in the accounts that this person manages, by company."""
    managed = Membership.objects.filter(
        user_id=user_id,
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
    )
    rows = Membership.objects.filter(
        user_id=leaver_id,
        state=MembershipState.ACTIVE,
        trade_account__in=managed.values("trade_account"),
    )
    return rows.select_related("trade_account", "user").order_by("trade_account__name", "pk")


def member_in_account(leaver: Membership, successor: User) -> Membership | None:
    """The successor in the leaver's account, or the open invitation there."""
    rows: Any = Membership.objects.filter(
        trade_account_id=leaver.trade_account_id, state__in=STAYING
    ).select_related("user")
    return (
        rows.filter(user=successor).first() or rows.filter(user=None, email=successor.email).first()
    )


def roles_of_both(
    leaver: Membership, successor: Membership | None
) -> list[tuple[Facts, Contact, Contact | None]]:
    """Each C-TPAT account in which the leaver is a contact, with the roles of both there."""
    contacts = {one.security_model_id: one for one in _contacts(leaver)}
    theirs = {} if successor is None else {c.security_model_id: c for c in _contacts(successor)}
    models = SecurityModel.objects.filter(pk__in=contacts).order_by("reference")
    return [
        (facts, contacts[facts.model.pk], theirs.get(facts.model.pk)) for facts in facts_in(models)
    ]


def _contacts(member: Membership) -> QuerySet[Contact]:
    return Contact.objects.filter(membership=member)
