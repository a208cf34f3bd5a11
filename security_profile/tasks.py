"""Jobs of this app: the clock of returned criteria."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core.access import Access
from core.jobs import job
from security_profile.models import Submission
from security_profile.selectors.submissions import awaiting_an_answer
from security_profile.services.profile_outcome import ANSWER_CLOCK, remind_of_return

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of returned criteria")


def _running(latest: dt.date) -> Iterator[tuple[Submission, dt.date]]:
    for submission in awaiting_an_answer(latest).iterator():
        if submission.answer_due_on is not None:
            yield submission, submission.answer_due_on


def _remind(submission: Submission, last_day: dt.date, offset: int) -> bool:
    return remind_of_return(submission_id=submission.pk, last_day=last_day, offset=offset)


RETURNED = ClockSweep(
    "returned_criteria",
    ANSWER_CLOCK,
    REASON,
    _running,
    _remind,
    name_of=lambda submission: str(submission.reference),
)


@job(REASON)
def sweep_returned_criteria(access: Access) -> None:
    """Remind contacts of returned criteria before and after the day for their answer."""
    RETURNED.run()
