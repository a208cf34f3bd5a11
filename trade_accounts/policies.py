"""What members may do in a trade account (domain 1; R1, R3, R6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import Access, grant_roles, permission
from core.errors import NotAllowed
from trade_accounts.states import MembershipType


class P:
    """Permissions of this app."""

    VIEW = permission("trade_accounts.view", _("see the organization profile"))
    EDIT = permission("trade_accounts.edit", _("change the organization profile"))
    MANAGE_USERS = permission(
        "trade_accounts.manage_users", _("manage users and API keys"), in_person=True
    )
    USE_KEYS = permission("trade_accounts.use_keys", _("make API keys"), in_person=True)
    START_APPLICATION = permission(
        "trade_accounts.start_application", _("start a C-TPAT application")
    )
    #: No role has it: every partner may, no staff user may (R5, see :func:`may_create`).
    CREATE = permission("trade_accounts.create", _("create a trade account"))


_MEMBER = [P.VIEW, P.EDIT, P.START_APPLICATION, P.USE_KEYS]

grant_roles(
    {
        MembershipType.USER: _MEMBER,
        MembershipType.COMPANY_ADMINISTRATOR: [*_MEMBER, P.MANAGE_USERS],
    }
)


def require_may_create(access: Access) -> None:
    """Raise NotAllowed for staff (R5) and strangers; everyone else may create an account."""
    if access.user is None or access.is_staff:
        raise NotAllowed(P.CREATE, P.CREATE.what)
