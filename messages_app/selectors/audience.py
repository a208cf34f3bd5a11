"""Who belongs to the audience of a notice: people, and the accounts they belong for.

Groups add up. Business types and accounts narrow the groups of partners, both together; groups of
staff are whole. An account whose business type has ended does not count for that type. Counting a
draft, sending, and showing a banner ask the same conditions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from identity.models import User
from identity.states import SetUpStep, StaffRole
from messages_app.models import NoticeAccount, ProgramNotice
from messages_app.states import PARTNER_GROUPS, Group
from security_models.models import BusinessTypeAccount, Contact, SecurityModel
from security_models.states import ENDED_STATUSES, ContactRole
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState, MembershipType

_CONTACT_ROLES: Mapping[str, Iterable[str]] = {
    Group.CONTACTS: tuple(ContactRole),
    Group.OFFICERS: (ContactRole.OFFICER,),
    Group.CONSULTANTS: (ContactRole.CONSULTANT,),
}


@dataclass(frozen=True)
class Audience:
    """The audience of a notice, as its row says."""

    notice_id: uuid.UUID
    groups: frozenset[str]
    business_types: tuple[str, ...]
    by_account: bool

    @property
    def partners(self) -> frozenset[str]:
        """The groups of partners among its groups."""
        return self.groups & PARTNER_GROUPS

    def only(self, group: str) -> Audience:
        """The part of the audience that one of its groups is."""
        groups = self.groups & {group}
        return Audience(self.notice_id, groups, self.business_types, self.by_account)


def audience_of(notice: ProgramNotice) -> Audience:
    """The audience of a notice or of a draft."""
    types = tuple(notice.business_types)
    return Audience(notice.pk, frozenset(notice.groups), types, notice.by_account)


def people_in(audience: Audience) -> QuerySet[User]:
    """Everyone in the audience now who can sign in."""
    users = User.objects.filter(is_active=True, disabled_at=None, set_up_step=SetUpStep.DONE)
    return users.filter(belongs(audience))


def belongs(audience: Audience) -> Q:
    """A condition on people: they belong to the audience now."""
    found = Q(pk__in=[])
    if Group.EVERYONE in audience.groups:
        return ~Q(pk__in=[])
    if Group.STAFF in audience.groups:
        found |= ~Q(staff_role="")
    if Group.SPECIALISTS in audience.groups:
        found |= Q(staff_role=StaffRole.SCSS)
    if roles := _roles(audience):
        found |= Q(Exists(_contacts(audience, roles).filter(membership__user=OuterRef("pk"))))
    if Group.COMPANY_ADMINISTRATORS in audience.groups:
        found |= Q(Exists(_administrators(audience).filter(user=OuterRef("pk"))))
    return found


def accounts_in(audience: Audience) -> QuerySet[SecurityModel]:
    """The accounts whose people belong to the audience, because of one of its partner groups."""
    models = SecurityModel.objects.select_related("trade_account")
    if Group.EVERYONE in audience.groups:
        return models
    found = Q(pk__in=[])
    if roles := _roles(audience):
        found |= Q(Exists(_contacts(audience, roles).filter(security_model=OuterRef("pk"))))
    if Group.COMPANY_ADMINISTRATORS in audience.groups:
        rows = _administrators(audience).filter(trade_account=OuterRef("trade_account"))
        found |= Q(Exists(rows)) & _narrowed(audience, "pk")
    return models.filter(found)


def _roles(audience: Audience) -> set[str]:
    return {role for group in audience.groups for role in _CONTACT_ROLES.get(group, ())}


def _contacts(audience: Audience, roles: Iterable[str]) -> QuerySet[Contact]:
    rows = Contact.objects.filter(role__in=roles, membership__state=MembershipState.ACTIVE)
    return rows.filter(_narrowed(audience, "security_model"))


def _administrators(audience: Audience) -> QuerySet[Membership]:
    rows = Membership.objects.filter(
        type=MembershipType.COMPANY_ADMINISTRATOR, state=MembershipState.ACTIVE
    )
    if not audience.by_account and not audience.business_types:
        return rows
    models = SecurityModel.objects.filter(_narrowed(audience, "pk"))
    return rows.filter(trade_account__in=models.values("trade_account"))


def _narrowed(audience: Audience, model: str) -> Q:
    """A condition: the account named by ``model`` has the types and is in the list."""
    found = Q()
    if audience.business_types:
        types: Any = BusinessTypeAccount.objects.filter(business_type__in=audience.business_types)
        types = types.exclude(status__in=ENDED_STATUSES)
        found &= Q(**{f"{model}__in": types.values("security_model")})
    if audience.by_account:
        chosen = NoticeAccount.objects.filter(notice=audience.notice_id)
        found &= Q(**{f"{model}__in": chosen.values("security_model")})
    return found
