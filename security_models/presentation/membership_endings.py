"""What ends in C-TPAT accounts when a person leaves the company."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.text import filled
from security_models import page_links
from security_models.selectors.contacts import contacts_of_member
from security_models.states import ContactRole
from trade_accounts.models import Membership
from trade_accounts.providers.reactions import Named


def endings(membership: Membership) -> list[Named]:
    """Each role as a contact, with the page where another person can be named."""
    return [
        Named(
            filled(
                _("%(role)s and Primary POC of %(reference)s.")
                if one.is_primary_poc
                else _("%(role)s of %(reference)s."),
                role=str(ContactRole(one.role).label),
                reference=one.security_model.reference,
            ),
            page_links.url(one.security_model, "contacts"),
        )
        for one in contacts_of_member(membership)
    ]
