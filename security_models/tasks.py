"""Jobs of this app: the clock of unfinished applications, and the proof that grants are right."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from audit.services import sweep_lock
from audit.sweeps import ClockSweep
from core.access import Access, system
from core.jobs import job
from security_models import grants, services
from security_models.facts.model_facts import Facts
from security_models.selectors import facts_in, unfinished

log = logging.getLogger(__name__)
#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of applications")


def _running(latest_start: dt.date) -> Iterator[tuple[Facts, dt.date]]:
    for facts in facts_in(unfinished(latest_start)):
        if not facts.over:
            yield facts, facts.model.started_on


def _remind(facts: Facts, last_day: dt.date, offset: int) -> bool:
    return services.remind_unfinished(facts=facts, last_day=last_day, offset=offset)


def _over(facts: Facts, due: dt.date) -> bool:
    return services.lapse(actor=system(REASON), model=facts.model)


UNFINISHED = ClockSweep("unfinished_applications", "application_finish", _running, _remind, _over)


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
