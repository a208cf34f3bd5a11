"""Who asks for operations, who decides them, and who recommends (T8; R1, R5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from trade_accounts.states import MembershipType


class P:
    """Permissions of this app."""

    #: Every member of a trade account; the checks ask for a Company Administrator in one of both.
    ASK = permission("operations.ask", _("ask for operations on trade accounts"), in_person=True)
    #: A Company Administrator of the account that was asked, or of the one that asks.
    DECIDE = permission(
        "operations.decide", _("decide operations on trade accounts"), in_person=True
    )
    #: Management, program-wide.
    APPROVE = permission("operations.approve", _("approve operations on trade accounts"))
    #: The specialists of a C-TPAT account that is concerned.
    RECOMMEND = permission("operations.recommend", _("recommend a decision to management"))


grant_roles(
    {
        MembershipType.USER: [P.ASK],
        MembershipType.COMPANY_ADMINISTRATOR: [P.ASK, P.DECIDE],
        StaffRole.MANAGEMENT: [P.APPROVE, P.RECOMMEND],
        ASSIGNED_SCSS: [P.RECOMMEND],
    }
)
