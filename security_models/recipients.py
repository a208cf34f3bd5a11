"""The recipient groups of notifications about a security model."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from core.access import Access
from identity import providers
from identity.models import User
from identity.providers import accounts_of_person, looked_after, who_reactivates
from identity.selectors.user_state import recipient
from identity.states import StaffRole
from notifications.providers.kinds import Recipient, register_group
from security_models.models import Contact, SecurityModel, StaffAssignment
from security_models.policies import covering, in_charge
from security_models.selectors import contacts_of, current_assignment, officers_of
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState


def member(membership: Membership) -> Recipient:
    """A member as a recipient: with the user's own address and language, or else as typed."""
    if membership.user is None:
        return Recipient(membership.email, membership.name)
    return recipient(membership.user)


def _accepted(contacts: Iterable[Contact]) -> Iterator[Recipient]:
    for contact in contacts:
        if contact.membership.state == MembershipState.ACTIVE:
            yield member(contact.membership)


def contacts(model: SecurityModel) -> Iterator[Recipient]:
    """Every contact who has accepted (R4)."""
    return _accepted(contacts_of(model))


def officers(model: SecurityModel) -> Iterator[Recipient]:
    """Every Officer who has accepted."""
    return _accepted(officers_of(model))


def primary_poc(model: SecurityModel) -> Iterator[Recipient]:
    """The Primary POC."""
    return _accepted(contact for contact in contacts_of(model) if contact.is_primary_poc)


def scss(about: SecurityModel | User) -> Iterator[Recipient]:
    """The specialist who looks after the model, if there is one; for a person, all their
    specialists.

    A colleague who covers today also gets what the specialist gets.
    """
    if isinstance(about, User):
        yield from (recipient(staff) for staff in _specialists(about))
        return
    assignment = current_assignment(about)
    if assignment is not None:
        yield recipient(assignment.staff)
        for absence in covering().filter(staff=assignment.staff_id).select_related("cover"):
            if absence.cover is not None:
                yield recipient(absence.cover)


def _specialists(user: User) -> list[User]:
    rows = StaffAssignment.objects.filter(
        ended_at=None,
        security_model__contacts__membership__user=user,
        security_model__contacts__membership__state=MembershipState.ACTIVE,
        staff__disabled_at=None,
    )
    found = {row.staff_id: row.staff for row in rows.select_related("staff")}
    return sorted(found.values(), key=lambda staff: staff.name)


#: At most this many partners are named in an email; the rest are counted.
NAMED = 50


def named(model: SecurityModel) -> str:
    """A partner as emails to staff name it: the company and the account number."""
    return f"{model.trade_account.name}, {model.reference}"


def accounts_of(user: User) -> list[str]:
    """The C-TPAT accounts of which a person is a contact, as emails to staff name them."""
    models = SecurityModel.objects.filter(
        contacts__membership__user=user, contacts__membership__state=MembershipState.ACTIVE
    )
    rows = models.select_related("trade_account").order_by("trade_account__name", "reference")
    return [named(model) for model in rows.distinct()[:NAMED]]


def specialists_of(user: User) -> list[str]:
    """The names of the specialists of the user's models; they can reactivate the user (R7)."""
    return [staff.name for staff in _specialists(user)]


def people_of(specialist: User) -> set[uuid.UUID]:
    """The people who work in the models of a specialist."""
    own = StaffAssignment.objects.filter(in_charge(specialist.pk))
    rows = Contact.objects.filter(
        security_model__in=own.values("security_model"), membership__state=MembershipState.ACTIVE
    )
    return {one for one in rows.values_list("membership__user_id", flat=True) if one is not None}


def workplaces(access: Access, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The companies in which people work; for a specialist, those of the specialist's
    models (R6).
    """
    rows = Membership.objects.filter(user_id__in=ids, state=MembershipState.ACTIVE)
    if access.roles == {StaffRole.SCSS}:
        own = StaffAssignment.objects.filter(in_charge(access.user_id))
        accounts = own.values("security_model__trade_account_id")
        rows = rows.filter(trade_account_id__in=accounts)
    found: dict[uuid.UUID, list[str]] = {}
    named = rows.order_by("trade_account__name").values_list("user_id", "trade_account__name")
    for user_id, name in named:
        found.setdefault(user_id, []).append(name)
    return found


GROUPS: dict[str, Callable[[Any], Iterable[Recipient]]] = {
    "contacts": contacts,
    "officers": officers,
    "primary_poc": primary_poc,
    "scss": scss,
}


def register() -> None:
    """Register the groups with notifications, and the specialists with the page of
    disabled users.
    """
    who_reactivates.register(specialists_of)
    looked_after.register(people_of)
    accounts_of_person.register(accounts_of)
    providers.workplaces.register(workplaces)
    for name, resolve in GROUPS.items():
        register_group(name, resolve)
