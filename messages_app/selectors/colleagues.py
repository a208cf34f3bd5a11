"""Reads the people of a company who can take care of a thread."""

from __future__ import annotations

from identity.models import User
from security_models.models import SecurityModel
from security_models.selectors import contacts_of
from trade_accounts.states import MembershipState


def colleagues_of(model: SecurityModel) -> list[User]:
    """The contacts who have accepted and can sign in, by name."""
    return [
        contact.membership.user
        for contact in contacts_of(model)
        if contact.membership.state == MembershipState.ACTIVE
        and contact.membership.user is not None
        and contact.membership.user.disabled_at is None
    ]
