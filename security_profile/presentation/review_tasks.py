"""The annual review as a task, a fact of the at-a-glance page, and a due date (N2, P10)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.agency import with_agency
from core.contributions import DueDate, Fact
from core.days import day, days_left
from core.program_days import add_years
from security_models.models import SecurityModel
from security_profile.facts.annual_reviews import Cycle, Review, to_confirm
from security_profile.presentation.answer_day import answer_words
from security_profile.presentation.profile_rows import page_url
from security_profile.states import ReviewState


def task_of(review: Review, criteria: Iterable[str]) -> dict[str, Any]:
    """The task of a review that is due: what is left, and by when. ``criteria`` are those of the
    profile.
    """
    every = to_confirm(criteria)
    words = _("%(done)s of %(all)s criteria and sections of the company profile confirmed.")
    note = words % {"done": len(review.ticked & every), "all": len(every)}
    if review.is_due and review.is_late:
        ends = _("It can still be submitted until %(day)s.") % {"day": day(review.cycle.ends_on)}
        note = f"{note} {ends}"
    if n := len(review.unanswered):
        words = ngettext("%(n)s returned part to answer.", "%(n)s returned parts to answer.", n)
        note = f"{words % {'n': n}} {note}"
    return {
        "title": _("Annual review"),
        "note": note,
        "status": _status(review),
        "due": review.cycle.due_on,
        "since": review.cycle.opens_on,
    }


def _status(review: Review) -> str:
    if review.unanswered:
        return "returned"
    begun = review.ticked or review.rechecks or review.assessment
    return "in_progress" if begun else "not_started"


def fact_of(review: Review, model: SecurityModel) -> Fact:
    """The state of the review that counts today, and the date that comes next."""
    value, note = _WORDS[review.state]()
    after = review.cycle.after()
    about = {
        "due": day(review.cycle.due_on),
        "left": days_left(review.cycle.due_on, review.today),
        "opens": day(review.cycle.opens_on),
        "ends": day(review.cycle.ends_on),
        "next": day(after.due_on),
        "next_opens": day(after.opens_on),
        "answer": answer_words(review.answer_due_on or review.cycle.ends_on),
    }
    return Fact(
        _("Annual review"),
        value % about,
        note % about,
        page_url("annual-review", model),
        _("Open"),
    )


_WORDS = {
    ReviewState.UPCOMING: lambda: (_("Due %(due)s"), _("The window opens on %(opens)s.")),
    ReviewState.OPEN: lambda: (
        _("Due %(due)s"),
        _("The window is open: %(left)s, 11:59 p.m. Eastern."),
    ),
    ReviewState.OVERDUE: lambda: (
        _("Overdue"),
        _("It was due on %(due)s. You can still submit it until %(ends)s."),
    ),
    ReviewState.SUBMITTED: lambda: (
        with_agency(_("With %(agency)s")),
        _("The next one is due on %(next)s."),
    ),
    ReviewState.RETURNED: lambda: (
        _("Returned"),
        _("%(answer)s. The next one is due on %(next)s."),
    ),
    ReviewState.APPROVED: lambda: (
        _("Due %(next)s"),
        _("This year's review is done. The next window opens on %(next_opens)s."),
    ),
    ReviewState.CLOSED_UNFULFILLED: lambda: (
        _("Due %(next)s"),
        _("The window opens on %(next_opens)s."),
    ),
}


def coming(review: Review) -> Cycle:
    """The cycle whose due day comes next: the following one, once this one was submitted."""
    waits = review.is_due or review.state == ReviewState.UPCOMING
    return review.cycle if waits else review.cycle.after()


def due_key(model: SecurityModel, cycle: Cycle) -> str:
    """The name of the due date among all dates, also in calendars."""
    return f"annual-review-{model.pk}-{cycle.due_on:%Y%m%d}"


def answer_key(submission_id: uuid.UUID | None) -> str:
    """The same of the day by which a returned submission is answered."""
    return f"answer-{submission_id}"


def next_key(review: Review, model: SecurityModel) -> str:
    """The name of the date by which the company acts next: the answer to a return has its own."""
    if review.state == ReviewState.RETURNED and review.answer_due_on is not None:
        return answer_key(review.submission_id)
    return due_key(model, coming(review))


def due_date_of(review: Review, model: SecurityModel, account_name: str, url: str) -> DueDate:
    """The due day of the review that comes next."""
    cycle = coming(review)
    return DueDate(
        due_key(model, cycle),
        cycle.due_on,
        add_years(cycle.anchor, cycle.number - 1),
        _("Annual review"),
        url,
        account_name,
        model.pk,
    )
