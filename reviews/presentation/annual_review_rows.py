"""Rows of annual reviews in words: of the list of all, and of one partner's years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.access import Access
from core.days import day
from core.due_calendar import LATE, DueCalendar, counted_calendar
from core.links import path_to
from core.text import filled
from reviews.presentation.partner_rows import why_off
from reviews.presentation.queue_rows import numbered_types
from reviews.presentation.staff_places import StaffPlaces
from security_models.models import SecurityModel
from security_models.policies import P
from security_profile.facts.annual_reviews import Review, needs_reason
from security_profile.presentation import review_steps
from security_profile.presentation.review_steps import (
    Acts,
    acts,
    confirmed_words,
    state_words,
)
from security_profile.selectors.annual_reviews import Year
from security_profile.selectors.review_list import AHEAD, ESCALATED, Missed
from security_profile.states import ReviewState


def state_choices() -> Sequence[tuple[str, Any]]:
    """The values of the filter by state."""
    escalated = (ESCALATED, gettext_lazy("Overdue, escalated to management"))
    return review_steps.state_choices(escalated)


def due_by_month(counts: Iterable[tuple[dt.date, int]]) -> DueCalendar:
    """The chart of annual reviews that are not submitted; each bar opens the list of those that it
    counts.
    """
    return counted_calendar(counts, _due_in)


def _due_in(period: str) -> str:
    query = {"state": ReviewState.OVERDUE.value}
    if period != LATE:
        query = {"state": AHEAD, "due": period}
    return f"{path_to('reviews:annual-reviews')}?{urlencode(query)}"


# --- cells ----------------------------------------------------------------------------------------


def submitted_late(row: Any) -> str:
    """That it was submitted after its due day; empty if not."""
    review: Review = row.review
    late = review.submitted_on is not None and review.submitted_on > review.cycle.due_on
    return _("Submitted late") if late else ""


def days_overdue(row: Any) -> int | None:
    """For how many days it is overdue; None if it is not."""
    review: Review = row.review
    if review.state != ReviewState.OVERDUE:
        return None
    return (review.today - review.cycle.due_on).days


def escalated_on(row: Any) -> dt.date | None:
    """The day on which an overdue review was escalated to management; None if it was not."""
    review: Review = row.review
    since = review.cycle.escalates_on
    return since if review.state == ReviewState.OVERDUE and since <= review.today else None


def escalated_words(row: Any) -> str:
    """That an overdue review was escalated to management, and when; empty if it was not."""
    since = escalated_on(row)
    return _("Escalated to management on %(day)s") % {"day": day(since)} if since else ""


def missed_words(row: Any) -> str:
    """The earlier reviews that were not done, each with its reason, for an export."""
    return "; ".join(_missed_words(one) for one in row.missed)


def _missed_words(one: Missed) -> str:
    return f"{day(one.due_on)}: {_why_missed(one)}"


def _why_missed(one: Missed) -> str:
    if one.is_returned:
        return _("returned, to be answered with the next review")
    return one.reason or _("no reason recorded")


@dataclass(frozen=True)
class MissedLine:
    """An earlier review that was not done; ``url`` is the page of its reason, for management."""

    due: str
    reason: str
    url: str


@dataclass(frozen=True)
class ReviewLine:
    """One line of the list of annual reviews."""

    url: str
    partner: str
    reference: str
    types: str
    staff: str
    why_off: str
    due: str
    acts: Acts
    state: str
    state_words: str
    escalated: str
    reason_url: str
    submitted: str
    submission_url: str
    late: str
    overdue: int | None
    confirmed: str
    missed: list[MissedLine]


def review_rows(rows: Iterable[Any], access: Access) -> list[ReviewLine]:
    """The lines of a page of the list."""
    return [_review_line(row, access.has(P.OVERSEE)) for row in rows]


def _review_line(row: Any, oversees: bool) -> ReviewLine:
    review: Review = row.review
    due, since = review.cycle.due_on, escalated_on(row)
    sent, model_id = review.submission_id, row.security_model_id
    places = StaffPlaces(row.security_model)
    return ReviewLine(
        url=path_to("reviews:partner", model_id=model_id),
        partner=row.account_name,
        reference=row.reference,
        types=numbered_types(row),
        staff=row.staff_name,
        why_off=why_off(row),
        due=day(due),
        acts=acts(review.state, due, review.answer_due_on),
        state=review.state.value,
        state_words=state_words(row),
        escalated=escalated_words(row),
        reason_url=places.reason(due) if since and oversees else "",
        submitted=day(review.submitted_on) if review.submitted_on else "",
        submission_url=places.annual_review(sent) if sent is not None else "",
        late=submitted_late(row),
        overdue=days_overdue(row),
        confirmed=confirmed_words(row),
        missed=[
            MissedLine(
                day(one.due_on),
                _why_missed(one),
                places.reason(one.due_on) if oversees and not one.is_returned else "",
            )
            for one in row.missed
        ],
    )


# --- the years of one partner ---------------------------------------------------------------------


@dataclass(frozen=True)
class YearLine:
    """The review of one year on the page of a partner."""

    due: str
    acts: Acts
    state: str
    state_words: str
    submitted: str
    late: bool
    submission_url: str
    reference: str
    rechecked: str
    reason: str
    reason_by: str
    reason_url: str


def year_rows(model: SecurityModel, years: Iterable[Year], access: Access) -> list[YearLine]:
    """The review that counts today, then those of earlier years."""
    return [_year_line(model, one, access.has(P.OVERSEE)) for one in years]


def _year_line(model: SecurityModel, year: Year, oversees: bool) -> YearLine:
    row, today, due = year.row, clock.today(), year.cycle.due_on
    sent = row.submission if row is not None else None
    submitted = row.submitted_on if row is not None else None
    places, asks = StaffPlaces(model), needs_reason(year.cycle, year.state, today)
    return YearLine(
        due=day(due),
        acts=acts(year.state, due, year.answer_due_on),
        state=year.state.value,
        state_words=str(year.state.label),
        submitted=day(submitted) if submitted else "",
        late=submitted is not None and submitted > due,
        submission_url=places.annual_review(sent.pk) if sent is not None else "",
        reference=sent.reference if sent is not None else "",
        rechecked=_rechecked(row),
        reason=row.closing_reason if row is not None else "",
        reason_by=row.closed_by_name if row is not None else "",
        reason_url=places.reason(due) if oversees and asks else "",
    )


def _rechecked(row: Any) -> str:
    if row is None or row.rechecked_at is None:
        return ""
    when = day(clock.program_date(row.rechecked_at))
    return filled(_("Checked again by %(name)s on %(when)s"), name=row.rechecked_by_name, when=when)
