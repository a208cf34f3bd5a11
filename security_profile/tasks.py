"""Jobs of this app: the clocks of returned criteria and of annual reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core.access import Access, system
from core.jobs import job
from security_profile.facts.annual_reviews import ESCALATION, WINDOW
from security_profile.models import Submission
from security_profile.selectors.due_reviews import DueReview, to_close, to_escalate, to_remind
from security_profile.selectors.submissions import awaiting_an_answer
from security_profile.services import review_clock
from security_profile.services.profile_outcome import ANSWER_CLOCK, remind_of_return

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of returned criteria")
REVIEW_REASON = _("The automatic check of annual reviews")
#: So many accounts are locked together by a sweep over annual reviews.
MOST = 50


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


# --- annual reviews -------------------------------------------------------------------------------
# Each sweep looks only at the days since it last served everything (``due_reviews``).

_REMIND, _ESCALATE, _CLOSE = (
    "annual_reviews",
    "annual_review_escalations",
    "annual_review_closings",
)


def _to_remind(latest: dt.date) -> Iterator[tuple[DueReview, dt.date]]:
    return ((one, one.cycle.due_on) for one in to_remind(_REMIND))


def _remind_of_review(one: DueReview, last_day: dt.date, offset: int) -> bool:
    return review_clock.remind_of_review(
        actor=system(REVIEW_REASON), model_id=one.model_id, last_day=last_day, offset=offset
    )


def _to_escalate(latest: dt.date) -> Iterator[tuple[DueReview, dt.date]]:
    return ((one, review_clock.last_day_of_staff(one.cycle)) for one in to_escalate(_ESCALATE))


def _warn_of_escalation(one: DueReview, last_day: dt.date, offset: int) -> bool:
    return review_clock.warn_of_escalation(model_id=one.model_id, last_day=last_day, offset=offset)


def _escalate(one: DueReview, last_day: dt.date) -> bool:
    return review_clock.escalate(
        actor=system(REVIEW_REASON), model_id=one.model_id, last_day=last_day
    )


def _to_close(latest: dt.date) -> Iterator[tuple[DueReview, dt.date]]:
    return ((one, one.cycle.ends_on) for one in to_close(_CLOSE))


def _never(one: DueReview, last_day: dt.date, offset: int) -> bool:
    """Nobody is reminded of a review that can no longer be submitted."""
    return False


def _close(one: DueReview, last_day: dt.date) -> bool:
    return review_clock.close_missed(actor=system(REVIEW_REASON), model_id=one.model_id)


def _reference(one: DueReview) -> str:
    return one.reference


REVIEWS = ClockSweep(
    _REMIND,
    WINDOW,
    REVIEW_REASON,
    _to_remind,
    _remind_of_review,
    name_of=_reference,
    most=MOST,
)
ESCALATIONS = ClockSweep(
    _ESCALATE,
    ESCALATION,
    REVIEW_REASON,
    _to_escalate,
    _warn_of_escalation,
    _escalate,
    name_of=_reference,
    most=MOST,
)
CLOSINGS = ClockSweep(
    _CLOSE,
    WINDOW,
    REVIEW_REASON,
    _to_close,
    _never,
    _close,
    name_of=_reference,
    most=MOST,
)


@shared_task
def sweep_annual_reviews() -> None:
    """Tell companies that their annual review is open, not submitted, or overdue."""
    REVIEWS.run_all()


@shared_task
def sweep_annual_review_escalations() -> None:
    """Escalate reviews that stay overdue to management."""
    ESCALATIONS.run_all()


@shared_task
def sweep_annual_review_closings() -> None:
    """Record reviews that were not submitted before the next window opened."""
    CLOSINGS.run_all()
