"""Who can be a contact, and what the Contacts tab showed."""

from __future__ import annotations

from collections.abc import Iterable

from core.crypto import content_hash
from security_models.models import Contact, SecurityModel
from trade_accounts.models import Membership
from trade_accounts.selectors import account_people


def possible_contacts(model: SecurityModel) -> list[Membership]:
    """Active and invited users of the trade account, by name (S5, R4)."""
    return list(account_people(model.trade_account))


def seen_as(contacts: Iterable[Contact]) -> str:
    """A short mark of the contacts. The form carries it, so that a later save can be compared."""
    marks = [[str(one.pk), one.role, one.is_primary_poc] for one in contacts]
    return content_hash(sorted(marks))[:16]
