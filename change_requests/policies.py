"""Who asks for changes of what is locked, and who decides (T3, S3, R5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole
from trade_accounts.states import MembershipType


class P:
    """Permissions of this app."""

    #: Of every member: the company name is theirs to ask for.
    ASK = permission("change_requests.ask", _("ask for a change of what is locked"))
    #: Of contacts: numbers belong to the C-TPAT account.
    ASK_NUMBERS = permission(
        "change_requests.ask_numbers", _("ask for a change of business entity IDs")
    )
    DECIDE = permission("change_requests.decide", _("decide requests for changes"))
    SEE_ALL = permission("change_requests.see_all", _("see requests for changes of partners"))
    #: Those that no specialist looks after.
    DECIDE_FOR_OFFICE = permission(
        "change_requests.decide_for_office", _("decide requests for the program office")
    )


_CONTACT = [P.ASK, P.ASK_NUMBERS]

grant_roles(
    {
        MembershipType.USER: [P.ASK],
        MembershipType.COMPANY_ADMINISTRATOR: [P.ASK],
        ContactRole.OFFICER: _CONTACT,
        ContactRole.EMPLOYEE: _CONTACT,
        ContactRole.CONSULTANT: _CONTACT,
        ASSIGNED_SCSS: [P.DECIDE],
        StaffRole.SCSS: [P.SEE_ALL],
        StaffRole.MANAGEMENT: [P.DECIDE, P.SEE_ALL, P.DECIDE_FOR_OFFICE],
    }
)
