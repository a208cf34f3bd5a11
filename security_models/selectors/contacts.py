"""Who can be a contact, and what the Contacts tab showed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.db.models import Count

from core.crypto import content_hash
from security_models.models import Contact, SecurityModel
from security_models.states import ContactRole
from trade_accounts.models import Membership
from trade_accounts.selectors import account_people
from trade_accounts.states import MembershipState


def possible_contacts(model: SecurityModel) -> list[Membership]:
    """Active and invited users of the trade account, by name (S5, R4)."""
    return list(account_people(model.trade_account))


def contact_counts(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """In how many C-TPAT accounts each member is a contact, by membership; one query."""
    rows = Contact.objects.filter(membership_id__in=ids).values_list("membership_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def contacts_of_member(membership: Membership) -> list[Contact]:
    """The roles of a member, by the reference of the C-TPAT account."""
    rows = Contact.objects.filter(membership=membership)
    rows = rows.select_related("security_model__trade_account")
    return list(rows.order_by("security_model__reference"))


def seen_as(contacts: Iterable[Contact]) -> str:
    """A short mark of the contacts. The form carries it, so that a later save can be compared."""
    marks = [[str(one.pk), one.role, one.is_primary_poc] for one in contacts]
    return content_hash(sorted(marks))[:16]


def officers_of_each(models: Iterable[SecurityModel]) -> dict[uuid.UUID, list[Contact]]:
    """The Officers who have accepted, by account (R4); one query."""
    found: dict[uuid.UUID, list[Contact]] = {}
    rows = Contact.objects.filter(
        security_model__in=[one.pk for one in models],
        role=ContactRole.OFFICER,
        membership__state=MembershipState.ACTIVE,
    )
    for row in rows.select_related("membership__user").order_by("pk"):
        found.setdefault(row.security_model_id, []).append(row)
    return found
