"""Who manages the addresses to which events are sent (R1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from trade_accounts.states import MembershipType


class P:
    """Permissions of this app."""

    MANAGE = permission("webhooks.manage", _("manage webhooks"), in_person=True)


grant_roles({MembershipType.COMPANY_ADMINISTRATOR: [P.MANAGE]})
