"""Who reads and writes messages: the contacts of a C-TPAT account and its specialist (M1, M4). Who
publishes notices of the program.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole


class P:
    """Permissions of this app."""

    READ = permission("messages_app.read", _("read and write messages of the C-TPAT account"))
    SEE_INBOX = permission("messages_app.see_inbox", _("see the messages of partners"))
    ANSWER = permission("messages_app.answer", _("answer messages of partners"))
    PUBLISH_NOTICES = permission(
        "messages_app.publish_notices", _("publish notices of the program"), in_person=True
    )
    #: Every notice that was published, whoever it is addressed to.
    READ_ALL_NOTICES = permission(
        "messages_app.read_all_notices", _("read every notice of the program")
    )
    KEEP_SHARED_TEMPLATES = permission(
        "messages_app.keep_shared_templates", _("change templates that all specialists use")
    )


_READS = [P.READ]

grant_roles(
    {
        ContactRole.OFFICER: _READS,
        ContactRole.EMPLOYEE: _READS,
        ContactRole.CONSULTANT: _READS,
        ASSIGNED_SCSS: [P.READ, P.ANSWER],
        StaffRole.SCSS: [P.SEE_INBOX, P.READ_ALL_NOTICES],
        StaffRole.MANAGEMENT: [
            P.READ,
            P.ANSWER,
            P.SEE_INBOX,
            P.READ_ALL_NOTICES,
            P.KEEP_SHARED_TEMPLATES,
        ],
        StaffRole.PROGRAM_ADMIN: [P.PUBLISH_NOTICES, P.READ_ALL_NOTICES],
        StaffRole.HELPDESK: [P.READ_ALL_NOTICES],
    }
)
