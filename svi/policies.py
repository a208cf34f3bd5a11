"""Who sees and who answers requests for monitoring (SVI1, SVI4; R4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole


class P:
    """Permissions of this app; signing the SVI Agreement is ``security_models.submit``."""

    VIEW = permission("svi.view", _("see who monitors the C-TPAT account"))
    OVERSEE = permission("svi.oversee", _("see the consent and the lists of a partner in SVI"))
    MANAGE = permission("svi.manage", _("ask for monitoring and answer requests"))


_CONTACT = [P.VIEW, P.MANAGE]

grant_roles(
    {
        ContactRole.OFFICER: _CONTACT,
        ContactRole.EMPLOYEE: _CONTACT,
        ContactRole.CONSULTANT: _CONTACT,
        ASSIGNED_SCSS: [P.OVERSEE],
        StaffRole.MANAGEMENT: [P.OVERSEE],
    }
)
