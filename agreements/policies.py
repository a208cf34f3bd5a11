"""Who reads and who signs agreements (A2): contacts read, the Officer of the model signs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.access import grant_roles, permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.policies import P as ModelP
from security_models.states import ContactRole


class P:
    """Permissions of this app; signing itself is ``security_models.submit``."""

    READ = permission("agreements.read", _("read what was signed"))
    SIGN = ModelP.SUBMIT


grant_roles(
    {
        ContactRole.OFFICER: [P.READ],
        ContactRole.EMPLOYEE: [P.READ],
        ContactRole.CONSULTANT: [P.READ],
        ASSIGNED_SCSS: [P.READ],
        StaffRole.MANAGEMENT: [P.READ],
    }
)
