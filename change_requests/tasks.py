"""Jobs of change requests: the clock of the decision. After it nothing happens by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from change_requests.models import ChangeRequest
from change_requests.selectors.requests import undecided
from change_requests.services.telling import remind
from change_requests.states import DECISION
from core import clock
from core.access import Access
from core.jobs import job

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of change requests")


def _undecided(latest: dt.date) -> Iterator[tuple[ChangeRequest, dt.date]]:
    period = clock.clock(DECISION)
    for request in undecided(period.latest_start(latest)):
        if request.asked_on is not None:
            yield request, period.due(request.asked_on)


CHANGES = ClockSweep(
    "change_requests",
    DECISION,
    REASON,
    _undecided,
    remind,
    name_of=lambda request: str(request.reference),
    most=50,
)


@job(REASON)
def sweep_change_requests(access: Access) -> None:
    """Remind staff of change requests that wait for a decision."""
    CHANGES.run_all()
