"""Who reads and writes messages: the contacts of a C-TPAT account and its specialist (M1, M4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole


class P:
    """Permissions of this app."""

    READ = permission("messages_app.read", _("read and write messages of the C-TPAT account"))
    ANSWER = permission("messages_app.answer", _("answer messages of partners"))


_READS = [P.READ]

grant_roles(
    {
        ContactRole.OFFICER: _READS,
        ContactRole.EMPLOYEE: _READS,
        ContactRole.CONSULTANT: _READS,
        ASSIGNED_SCSS: [P.READ, P.ANSWER],
        StaffRole.MANAGEMENT: [P.READ, P.ANSWER],
    }
)
