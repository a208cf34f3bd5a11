"""What may be done with people as such; the own sign-in needs no permission."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.access import permission


class P:
    """Permissions of this app."""

    #: Held by no role: the operators do it with ``manage.py create_staff`` (R5).
    CREATE_STAFF: Final = permission("identity.create_staff", _("make a sign-in for staff"))
    #: Everybody ends the own sessions; this is for the sessions of others.
    END_SESSIONS: Final = permission("identity.end_sessions", _("end the sessions of a person"))
