"""The steps of an annual review in short words, for lists of many (P10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.days import day, days_left, due_tone
from security_models.states import CERTIFIED_STATUSES, ENDED_STATUSES
from security_profile.checks.annual_review import lacks_of_assessment
from security_profile.facts.annual_reviews import Review, eligibility_key, to_confirm
from security_profile.presentation.answer_day import answer_words
from security_profile.presentation.profile_rows import page_url
from security_profile.selectors import catalogue
from security_profile.selectors.review_list import AHEAD, LATE, ORDER
from security_profile.states import REVIEW_AHEAD, ReviewState

#: How many months before and after this one a review that counts today can be due.
MONTHS_BEFORE, MONTHS_AFTER = 10, 12


def assessment_words(row: Any) -> str:
    """Whether the risk assessment is stated; empty while nothing is to be done."""
    review: Review = row.review
    if not review.is_in_work:
        return ""
    return _("To do") if any(lacks_of_assessment(review)) else _("Stated")


def eligibility_words(row: Any) -> str:
    """For how many of the certified business types the questions are answered."""
    review: Review = row.review
    if not review.is_in_work:
        return ""
    wanted = {one["slug"] for one in row.types if one["status"] in CERTIFIED_STATUSES}
    given = {one for one in review.rechecks if not review.waits(eligibility_key(one))}
    return _("%(done)s of %(all)s") % {
        "done": len(wanted.intersection(given)),
        "all": len(wanted),
    }


def confirmed_words(row: Any) -> str:
    """How many criteria and sections of the company profile are confirmed."""
    review: Review = row.review
    if not review.is_in_work:
        return ""
    live = [one["slug"] for one in row.types if one["status"] not in ENDED_STATUSES]
    every = to_confirm(catalogue().mix_of(live).ids)
    return _("%(done)s of %(all)s") % {"done": len(review.ticked & every), "all": len(every)}


def state_words(row: Any) -> str:
    """The state of the review that counts today."""
    return str(row.review.state.label)


def answer_by(row: Any) -> dt.date | None:
    """The day for the answer to a return; None if the review was not returned."""
    review: Review = row.review
    return review.answer_due_on if review.state == ReviewState.RETURNED else None


@dataclass(frozen=True)
class Acts:
    """By when the company acts next: the due day, or the day for the answer to a return, which has
    a clock of its own. ``left`` is how far away that is; ``tone`` is that of the due day.
    """

    answer: str = ""
    left: str = ""
    tone: str = ""


def acts(state: ReviewState, due: dt.date, answer_due_on: dt.date | None) -> Acts:
    """By when the company acts next in a review of that state; empty if nothing is to be done."""
    today = clock.today()
    if state == ReviewState.RETURNED:
        if answer_due_on is None:
            return Acts()
        return Acts(answer_words(answer_due_on), days_left(answer_due_on, today))
    if state in REVIEW_AHEAD:
        return Acts("", days_left(due, today), due_tone((due - today).days))
    return Acts()


def types_words(row: Any) -> str:
    """The business types, one after another."""
    return ", ".join(one["name"] for one in row.types)


def state_choices(*more: tuple[str, Any]) -> Sequence[tuple[str, Any]]:
    """The values of the filter by state, with those of one list alone."""
    states = [(state.value, state.label) for state in ORDER]
    missed = ReviewState.CLOSED_UNFULFILLED.value
    return [
        *states,
        (AHEAD, gettext_lazy("Open or upcoming")),
        *more,
        (LATE, gettext_lazy("Submitted late")),
        (missed, gettext_lazy("Not done in an earlier year")),
    ]


def month_choices() -> Sequence[tuple[str, str]]:
    """The months in which a review that counts today can be due."""
    today = clock.today()
    first = today.year * 12 + today.month - 1 - MONTHS_BEFORE
    months = [divmod(one, 12) for one in range(first, first + MONTHS_BEFORE + MONTHS_AFTER + 1)]
    days = [dt.date(year, month + 1, 1) for year, month in months]
    return [(f"{one:%Y-%m}", str(date_format(one, "M Y"))) for one in days]


@dataclass(frozen=True)
class BoardLine:
    """One account on the board of a person with many."""

    url: str
    account: str
    reference: str
    types: str
    due: str
    acts: Acts
    state: str
    state_words: str
    assessment: str
    eligibility: str
    confirmed: str
    submitted: str


def board_lines(rows: Iterable[Any]) -> list[BoardLine]:
    """The lines of a page of the board."""
    return [_line(row) for row in rows]


def _line(row: Any) -> BoardLine:
    review: Review = row.review
    due = review.cycle.due_on
    return BoardLine(
        url=page_url("annual-review", row.security_model),
        account=row.account_name,
        reference=row.reference,
        types=types_words(row),
        due=day(due),
        acts=acts(review.state, due, review.answer_due_on),
        state=review.state.value,
        state_words=state_words(row),
        assessment=assessment_words(row),
        eligibility=eligibility_words(row),
        confirmed=confirmed_words(row),
        submitted=day(review.submitted_on) if review.submitted_on else "",
    )
