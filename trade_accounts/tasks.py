"""Jobs of this app."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop as _

from audit.services import sweep_lock
from audit.sweeps import ClockSweep
from core import clock
from core.access import Access
from core.jobs import job
from trade_accounts.models import ApiKey, Invitation, TradeAccount
from trade_accounts.selectors.contact_checks import CHECK
from trade_accounts.services import contact_checks, keys, reminders
from trade_accounts.services.asking import withdraw_outdated
from trade_accounts.services.sheets import forget_sheets

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The portal")


def _remind(invitation: Invitation, last_day: dt.date, offset: int) -> bool:
    return reminders.remind_invited(invitation)


def _ended(invitation: Invitation, last_day: dt.date) -> bool:
    return reminders.tell_inviter(invitation)


INVITATIONS = ClockSweep(
    "invitations",
    "invitation",
    REASON,
    reminders.running,
    _remind,
    _ended,
    day=clock.real_today,
    # A link ends at an instant: its day is one on which it can still be answered.
    ends_within_day=True,
)


@job(REASON)
def sweep_invitations(access: Access) -> None:
    """Remind invited people before the end, and tell the inviter when nobody has answered."""
    INVITATIONS.run()


@job(REASON)
def sweep_asks(access: Access) -> None:
    """End what people were asked for and what can no longer be done; forget uploaded sheets."""
    with sweep_lock("asks") as run:
        if run is not None:
            run.done = {"withdrawn": withdraw_outdated(actor=access), "forgotten": forget_sheets()}


def _not_yet(account: TradeAccount, last_day: dt.date, offset: int) -> bool:
    return False


CONTACTS = ClockSweep(
    "contact_checks", CHECK, REASON, contact_checks.running, _not_yet, contact_checks.ask_to_check
)


def _warn_of_end(key: ApiKey, last_day: dt.date, offset: int) -> bool:
    return keys.warn_of_end(key, last_day)


#: Nothing happens at the end: every call compares the dates.
KEYS = ClockSweep(
    "api_keys", "api_key", REASON, keys.running_out, _warn_of_end, day=clock.real_today
)


@job(REASON)
def sweep_api_keys(access: Access) -> None:
    """Remind users once, 14 days before the last day of a key."""
    KEYS.run()


@job(REASON)
def sweep_contact_checks(access: Access) -> None:
    """Ask administrators once a year to look over users and contacts."""
    CONTACTS.run()
