"""Jobs of this app: the clock of unfinished applications, and the proof that grants are right."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from audit.services import sweep_lock
from audit.sweeps import ClockSweep
from core import clock
from core.access import Access, system
from core.jobs import job
from core.program_days import DAY
from security_models import grants, services
from security_models.facts.model_facts import Facts
from security_models.policies import finish_by
from security_models.selectors import facts_in, unfinished

log = logging.getLogger(__name__)
#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of applications")
FINISH = "application_finish"


def _running(latest: dt.date) -> Iterator[tuple[Facts, dt.date]]:
    latest_start = clock.clock(FINISH).latest_start(latest + DAY)
    for facts in facts_in(unfinished(latest_start)):
        if not facts.over:
            yield facts, finish_by(facts.model)


def _remind(facts: Facts, last_day: dt.date, offset: int) -> bool:
    return services.remind_unfinished(facts=facts, last_day=last_day, offset=offset)


def _over(facts: Facts, last_day: dt.date) -> bool:
    return services.lapse(actor=system(REASON), model=facts.model)


UNFINISHED = ClockSweep(
    "unfinished_applications",
    FINISH,
    REASON,
    _running,
    _remind,
    _over,
    name_of=lambda facts: str(facts.model.reference),
)


@job(REASON)
def sweep_unfinished_applications(access: Access) -> None:
    """Remind contacts of unfinished applications, and let the applications lapse on day 60."""
    UNFINISHED.run()


@job("grants")
def check_grants(access: Access) -> None:
    """Check every night that the grants follow from memberships, contacts and assignments.

    It corrects nothing: a difference means that something wrote without the services.
    """
    with sweep_lock("grants") as run:
        if run is None:
            return
        drifts = list(grants.drifts())
        run.done = {"drifts": len(drifts)}
        run.error = "\n".join(str(drift) for drift in drifts)
        if drifts:
            log.error("%s grants differ from the truth; see manage.py check_grants", len(drifts))
