"""What staff may do with emails. Roles get these permissions in ``identity.policies``."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.access import permission


class P:
    """Permissions of this app."""

    LOOK_AFTER_MAIL: Final = permission(
        "notifications.look_after_mail", _("look after emails that were not sent"), in_person=True
    )
