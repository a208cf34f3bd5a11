"""What members may do in a trade account (domain 1; R1, R3, R6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from trade_accounts.states import MembershipType


class P:
    """Permissions of this app."""

    VIEW = permission("trade_accounts.view", _("see the organization profile"))
    EDIT = permission("trade_accounts.edit", _("change the organization profile"))
    MANAGE_USERS = permission("trade_accounts.manage_users", _("manage users and API keys"))
    START_APPLICATION = permission(
        "trade_accounts.start_application", _("start a C-TPAT application")
    )


grant_roles(
    {
        MembershipType.USER: [P.VIEW, P.EDIT, P.START_APPLICATION],
        MembershipType.COMPANY_ADMINISTRATOR: [
            P.VIEW,
            P.EDIT,
            P.START_APPLICATION,
            P.MANAGE_USERS,
        ],
    }
)
