"""What the worker does: reminds those who decide requests."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core.access import Access
from core.jobs import job
from operations.selectors.waiting import awaiting_administrator, awaiting_management
from operations.services.reminders import remind_administrators, remind_management
from operations.states import ADMINISTRATOR_CLOCK, MANAGEMENT_CLOCK

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of requests that change trade accounts")

ADMINISTRATORS = ClockSweep(
    "account_requests", ADMINISTRATOR_CLOCK, REASON, awaiting_administrator, remind_administrators
)
MANAGEMENT = ClockSweep(
    "management_decisions", MANAGEMENT_CLOCK, REASON, awaiting_management, remind_management
)


@job(REASON)
def sweep_account_requests(access: Access) -> None:
    """Remind the Company Administrators who decide."""
    ADMINISTRATORS.run_all()


@job(REASON)
def sweep_management_decisions(access: Access) -> None:
    """Remind management."""
    MANAGEMENT.run_all()
