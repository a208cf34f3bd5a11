"""Rules about when a person counts as idle (U8, R7). They read only dates of the row.

The rules apply to partners: staff belong to no company, and someone must be left who can reactivate
others. Days are program days of real time, whatever ``DEMO_TODAY`` says.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop as _

from core import clock
from identity.models import User
from identity.states import DisabledKind, SetUpStep

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of idle users")
IDLE, BACK = "idle_user", "reactivation_sign_in"


def may_idle(user: User) -> bool:
    """Whether the idle clock applies to this person."""
    return not user.staff_role and user.set_up_step == SetUpStep.DONE and user.disabled_at is None


def last_seen(user: User) -> dt.datetime:
    """The instant from which idle days count: the last sign-in, registration or reactivation."""
    moments = (user.registered_at, user.signed_in_at, user.reactivated_at)
    return max(one for one in moments if one is not None)


def due_on(user: User) -> dt.date:
    """The program day on which this person is disabled unless they sign in before."""
    return clock.clock(IDLE).due(clock.program_date(last_seen(user)))


def not_back(user: User) -> bool:
    """Whether this person was reactivated and has not signed in since."""
    if user.reactivated_at is None or user.disabled_at is not None:
        return False
    return user.signed_in_at is None or user.signed_in_at < user.reactivated_at


def over(user: User) -> DisabledKind | None:
    """Why this person must be disabled today, or None."""
    today = clock.real_today()
    if not_back(user) and user.reactivated_at is not None:
        back = clock.clock(BACK).due(clock.program_date(user.reactivated_at))
        if today >= back:
            return DisabledKind.NOT_BACK
    if may_idle(user) and today >= due_on(user):
        return DisabledKind.IDLE
    return None
