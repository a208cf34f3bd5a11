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


def possible_successors(user_id: uuid.UUID, leaver: Membership) -> list[User]:
    """Everyone else who has accepted in an account that this person manages, and may act (R4, R5,
    R7); by name.
    """
    people = Membership.objects.filter(
        trade_account__in=_managed(user_id), state=MembershipState.ACTIVE
    )
    users = User.objects.filter(pk__in=people.values("user"), disabled_at=None, staff_role="")
    users = users.exclude(memberships=leaver)
    return sorted(users, key=lambda one: (one.name.casefold(), one.email))


def _managed(user_id: uuid.UUID) -> QuerySet[Any]:
    """The accounts that this person manages, as a query."""
    rows = Membership.objects.filter(user_id=user_id, state=MembershipState.ACTIVE)
    return rows.filter(type=MembershipType.COMPANY_ADMINISTRATOR).values("trade_account")


def _memberships(leaver_id: uuid.UUID) -> QuerySet[Membership]:
    rows = Membership.objects.filter(user_id=leaver_id, state=MembershipState.ACTIVE)
    return rows.select_related("trade_account", "user").order_by("trade_account__name", "pk")


def managed_memberships(user_id: uuid.UUID, leaver_id: uuid.UUID) -> QuerySet[Membership]:
    """The leaver's memberships in the accounts that this person manages, by company."""
    return _memberships(leaver_id).filter(trade_account__in=_managed(user_id))


def memberships_out_of_reach(user_id: uuid.UUID, leaver_id: uuid.UUID) -> list[Membership]:
    """The leaver's memberships in accounts where this person works, but manages nobody (R6)."""
    works = Membership.objects.filter(user_id=user_id, state=MembershipState.ACTIVE)
    rows = _memberships(leaver_id).filter(trade_account__in=works.values("trade_account"))
    return list(rows.exclude(trade_account__in=_managed(user_id)))


def models_of_contact(member: Membership) -> frozenset[uuid.UUID]:
    """The C-TPAT accounts in which a person is a contact."""
    return frozenset(_contacts(member).values_list("security_model_id", flat=True))


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
