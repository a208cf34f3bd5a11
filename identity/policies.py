"""Permissions for acts on people. A person's own sign-in needs none."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from notifications.policies import P as MailP


class P:
    """Permissions of this app."""

    #: No role has it: operators use ``manage.py create_staff`` (R5).
    CREATE_STAFF: Final = permission("identity.create_staff", _("make a sign-in for staff"))
    #: For the sessions of others. Everyone may end their own.
    END_SESSIONS: Final = permission("identity.end_sessions", _("end a person's sessions"))
    SEE_USERS: Final = permission("identity.see_users", _("look after people's sign-ins"))
    RECOVER: Final = permission("identity.recover", _("help someone sign in again"), in_person=True)
    DISABLE: Final = permission("identity.disable", _("disable people"), in_person=True)
    #: A specialist has it only for people of their own models.
    REACTIVATE: Final = permission(
        "identity.reactivate", _("reactivate disabled users"), in_person=True
    )
    #: For every person, and whatever the reason was.
    REACTIVATE_ANYBODY: Final = permission(
        "identity.reactivate_anybody", _("reactivate any user"), in_person=True
    )


_HELPDESK = [P.SEE_USERS, P.END_SESSIONS, P.RECOVER, P.DISABLE]

grant_roles(
    {
        StaffRole.SCSS: [P.REACTIVATE],
        StaffRole.MANAGEMENT: [
            *_HELPDESK,
            P.REACTIVATE,
            P.REACTIVATE_ANYBODY,
            MailP.LOOK_AFTER_MAIL,
        ],
        StaffRole.PROGRAM_ADMIN: [MailP.LOOK_AFTER_MAIL],
        StaffRole.HELPDESK: [*_HELPDESK, MailP.LOOK_AFTER_MAIL],
    }
)
