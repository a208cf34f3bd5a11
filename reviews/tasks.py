"""Jobs of the workspace: the clocks of staff. After them nothing happens by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core import clock
from core.access import Access
from core.jobs import job
from reviews import services
from reviews.selectors import management
from security_models.models import SecurityModel
from security_models.policies import DECISION, decision_due

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of open applications")
VETTING = management.VETTING


def _undecided(latest: dt.date) -> Iterator[tuple[SecurityModel, dt.date]]:
    latest_start = clock.clock(DECISION).latest_start(latest)
    for model in management.undecided(latest_start).iterator():
        if last_day := decision_due(model):
            yield model, last_day


def _remind_of_decision(model: SecurityModel, last_day: dt.date, offset: int) -> bool:
    return services.remind_of_decision(model=model, last_day=last_day, offset=offset)


def _unvetted(latest: dt.date) -> Iterator[tuple[SecurityModel, dt.date]]:
    latest_start = clock.clock(VETTING).latest_start(latest)
    for model in management.unvetted(latest_start).iterator():
        if last_day := management.vetting_due(model):
            yield model, last_day


def _remind_of_vetting(model: SecurityModel, last_day: dt.date, offset: int) -> bool:
    return services.remind_of_vetting(model=model, last_day=last_day, offset=offset)


DECISIONS = ClockSweep(
    "undecided_applications",
    DECISION,
    REASON,
    _undecided,
    _remind_of_decision,
    name_of=lambda model: str(model.reference),
)
VETTINGS = ClockSweep(
    "unvetted_applications",
    VETTING,
    REASON,
    _unvetted,
    _remind_of_vetting,
    name_of=lambda model: str(model.reference),
)


@job(REASON)
def sweep_undecided_applications(access: Access) -> None:
    """Remind staff of applications that wait for a decision."""
    DECISIONS.run()


@job(REASON)
def sweep_unvetted_applications(access: Access) -> None:
    """Remind management of applications that wait for vetting."""
    VETTINGS.run()
