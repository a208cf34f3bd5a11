"""Background work: deletes rows whose time is over, sends reminders, disables idle people."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils.translation import gettext_noop as _

from audit.services import note_sweep
from audit.sweeps import ClockSweep
from core import clock
from core.access import Access
from core.jobs import job
from core.program_days import DAY
from identity import services
from identity.checks import idle
from identity.models import User
from identity.selectors import disabled_people, user_state

log = logging.getLogger(__name__)


@job("what nobody came back for", ignore_result=True)
def sweep_kept_posts(access: Access) -> None:
    """Delete kept posts after 30 minutes."""
    services.sweep_kept_posts()


@job("sessions that have ended", ignore_result=True)
def sweep_ended_sessions(access: Access) -> None:
    """Delete sessions that can no longer be used."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@job("what has had its time", ignore_result=True)
def sweep_outlived(access: Access) -> None:
    """Delete attempts to sign in after a year, emailed links 30 days after their end."""
    note_sweep("outlived", **services.sweep_outlived())


# --- forgotten passwords ---------------------------------------------------------------------


#: Recorded where a person's name would be; marked for translators, stored untranslated.
FORGOTTEN = _("The link for a forgotten password")
EXPIRY = _("The automatic check of passwords")


@job(FORGOTTEN)
def answer_reset_request(access: Access, asked_id: str) -> None:
    """Answer one request for a link that sets a new password."""
    for asked in user_state.unanswered_requests().filter(pk=asked_id):
        services.answer_reset_request(actor=access, asked=asked)


@job(FORGOTTEN)
def sweep_reset_requests(access: Access) -> None:
    """Answer requests whose own task never came. One that fails does not hold up the others."""
    for asked in user_state.unanswered_requests():
        try:
            services.answer_reset_request(actor=access, asked=asked)
        except Exception:
            log.exception("request %s could not be answered", asked.pk)


# --- passwords that expire (U4) -----------------------------------------------------------------


def _expiring(latest: dt.date) -> Iterator[tuple[User, dt.date]]:
    """On the last day, at whose instant a password ends, it can still be changed."""
    latest_start = clock.clock("password").latest_start(latest)
    for user, ends in user_state.passwords_that_end(latest_start):
        yield user, clock.program_date(ends)


def _warn_of_expiry(user: User, last_day: dt.date, offset: int) -> bool:
    return services.warn_of_expiry(user_id=user.pk, due=last_day, offset=offset)


#: Nothing happens at the end: every request checks the dates.
EXPIRING = ClockSweep(
    "expiring_passwords",
    "password",
    EXPIRY,
    _expiring,
    _warn_of_expiry,
    day=clock.real_today,
)


@job(EXPIRY)
def sweep_expiring_passwords(access: Access) -> None:
    """Remind people 14, 7 and 1 days before their password expires."""
    EXPIRING.run()


# --- idle people (U8, R7) ----------------------------------------------------------------------


def _unseen(latest: dt.date) -> Iterator[tuple[User, dt.date]]:
    latest_start = clock.clock(idle.IDLE).latest_start(latest + DAY)
    for user in disabled_people.unseen_since(latest_start).iterator():
        yield user, idle.due_on(user) - DAY


def _awaited(latest: dt.date) -> Iterator[tuple[User, dt.date]]:
    """The day of the reactivation is the last one to sign in."""
    for user in disabled_people.awaited_since(latest).iterator():
        if user.reactivated_at is not None:
            yield user, clock.program_date(user.reactivated_at)


def _warn(user: User, last_day: dt.date, offset: int) -> bool:
    return services.warn_idle(user_id=user.pk, last_day=last_day, offset=offset)


def _nothing_to_say(user: User, last_day: dt.date, offset: int) -> bool:
    return False


def _disable(user: User, last_day: dt.date) -> bool:
    return services.disable_if_idle(user_id=user.pk) is not None


AWAITED = ClockSweep(
    "reactivated_users",
    idle.BACK,
    idle.REASON,
    _awaited,
    _nothing_to_say,
    _disable,
    day=clock.real_today,
)
UNSEEN = ClockSweep(
    "idle_users", idle.IDLE, idle.REASON, _unseen, _warn, _disable, day=clock.real_today
)


@job(idle.REASON)
def sweep_idle_users(access: Access) -> None:
    """Warn people who have not signed in for a while, and disable them at day 45."""
    UNSEEN.run()


@job(idle.REASON)
def sweep_reactivated_users(access: Access) -> None:
    """Disable again people who did not sign in on the day of their reactivation."""
    AWAITED.run()


@job("addresses that were given up", ignore_result=True)
def sweep_email_undo(access: Access) -> None:
    """Forget old addresses 72 hours after they were changed (U7)."""
    services.sweep_email_undo()


@job(_("The automatic check of sign-ins"))
def sweep_guessing(access: Access) -> None:
    """Notify people whose sign-in someone tries to guess."""
    note_sweep("guessing", told=services.tell_of_guessing(actor=access))


@shared_task(ignore_result=True)
def sweep_digests() -> None:
    """Send the daily digests that are due."""
    services.sweep_digests()
