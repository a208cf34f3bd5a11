"""Who is meant by the recipient groups of notifications that are about a security model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from identity.models import User
from identity.providers import who_reactivates
from identity.selectors import recipient
from notifications.kinds import Recipient, register_group
from security_models.models import Contact, SecurityModel, StaffAssignment
from security_models.selectors import contacts_of, current_assignment, officers_of
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState


def member(membership: Membership) -> Recipient:
    """A member as a recipient: the user's own address and language, else as typed."""
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


def scss(model: SecurityModel) -> Iterator[Recipient]:
    """The specialist who looks after the model, if there is one yet."""
    assignment = current_assignment(model)
    if assignment is not None:
        yield recipient(assignment.staff)


def specialists_of(user: User) -> list[str]:
    """The names of those who look after the user's models: they reactivate the user (R7)."""
    rows = StaffAssignment.objects.filter(
        ended_at=None,
        security_model__contacts__membership__user=user,
        security_model__contacts__membership__state=MembershipState.ACTIVE,
    )
    return [row.staff.name for row in rows.select_related("staff").distinct()]


GROUPS: dict[str, Callable[[Any], Iterable[Recipient]]] = {
    "contacts": contacts,
    "officers": officers,
    "primary_poc": primary_poc,
    "scss": scss,
}


def register() -> None:
    """Make the groups known to notifications, and the specialists to the page of the disabled."""
    who_reactivates.register(specialists_of)
    for name, resolve in GROUPS.items():
        register_group(name, resolve)
