"""The page of an annual review as rows and words, for the company (P10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.agency import with_agency
from core.days import day, days_left, moment
from core.errors import Problem
from core.links import path_to
from core.text import filled
from security_models.models import SecurityModel
from security_profile.checks.annual_review import (
    lacks_of_assessment,
    to_answer,
    unconfirmed,
    unconfirmed_sections,
)
from security_profile.facts.annual_reviews import (
    ASSESSMENT_PART,
    Confirmed,
    Remark,
    Review,
    eligibility_key,
    section_key,
    walk_again,
)
from security_profile.facts.rechecks import Ended
from security_profile.presentation.profile_rows import page_url
from security_profile.presentation.recheck_words import outcome_label
from security_profile.presentation.review_parts import parts_of
from security_profile.presentation.review_tasks import next_key
from security_profile.selectors import CategoryAnswers, Latest
from security_profile.selectors.annual_reviews import Year
from security_profile.selectors.reviewed import Reviewed
from security_profile.states import CriterionState, ReviewSection, ReviewState, has_passed


@dataclass(frozen=True)
class OverviewPage:
    """The head of the review: its state, its dates, and what the reader should know of it."""

    state: str
    label: str
    heading: str
    words: str
    due: str
    left: str
    is_late: bool
    opens: str
    calendar_url: str
    calendar_words: str
    submission_url: str
    submission_reference: str


def overview_page(model: SecurityModel, review: Review) -> OverviewPage:
    """The head of the page."""
    heading, words = _standing_words(review)
    found = review.submission_id
    return OverviewPage(
        state=review.state.value,
        label=str(review.state.label),
        heading=heading,
        words=words,
        due=day(review.cycle.due_on),
        left=days_left(review.cycle.due_on, review.today) if review.is_due else "",
        is_late=(review.is_due and review.is_late) or _is_answer_late(review),
        opens=day(review.cycle.opens_on),
        calendar_url=path_to("portal:due-date", key=next_key(review, model)),
        calendar_words=_calendar_words(review),
        submission_url=page_url("submission", model, submission_id=found) if found else "",
        submission_reference=review.submission_reference,
    )


def _is_answer_late(review: Review) -> bool:
    return review.state == ReviewState.RETURNED and has_passed(review.answer_due_on)


def _calendar_words(review: Review) -> str:
    if review.state == ReviewState.RETURNED:
        return _("Add the day for your answer to a calendar")
    return _("Add the due date to a calendar")


def _standing_words(review: Review) -> tuple[str, str]:
    about = {
        "due": day(review.cycle.due_on),
        "opens": day(review.cycle.opens_on),
        "next": day(review.cycle.after().opens_on),
        "ends": day(review.cycle.ends_on),
        "answer": day(review.answer_due_on or review.cycle.ends_on),
    }
    heading, words = _STANDING[review.state]()
    if _is_answer_late(review):
        heading = _("The review was returned: the answer was due %(answer)s")
    return heading % about, words % about


_STANDING = {
    ReviewState.UPCOMING: lambda: (
        _("The window opens on %(opens)s"),
        _(
            "The review is due on %(due)s. Changes you make before the window opens are kept but "
            "don't count for the annual review."
        ),
    ),
    ReviewState.OPEN: lambda: (
        _("Due on %(due)s, 11:59 p.m. Eastern Time"),
        _(
            "Confirm or update everything below. Then an Officer signs and submits. Only what is "
            "confirmed in this window counts."
        ),
    ),
    ReviewState.OVERDUE: lambda: (
        _("It was due on %(due)s"),
        _(
            "You can still submit it, and it is marked as late. An overdue review can put the "
            "membership at risk. After %(ends)s it counts as not done."
        ),
    ),
    ReviewState.SUBMITTED: lambda: (
        with_agency(_("The review is with %(agency)s")),
        _("Your SCSS reviews it. What you change now goes with the next submission."),
    ),
    ReviewState.RETURNED: lambda: (
        _("The review was returned: answer by %(answer)s"),
        _(
            "Change what the comments ask for and confirm it. Then an Officer signs and submits. "
            "The review keeps the day on which it was first submitted."
        ),
    ),
    ReviewState.APPROVED: lambda: (
        _("The review of this year is done"),
        _(
            "The next window opens on %(next)s. Changes you make before then are kept but don't "
            "count for the next annual review."
        ),
    ),
    ReviewState.CLOSED_UNFULFILLED: lambda: (_("This review was not done"), ""),
}


def task_rows(review: Review, now: Reviewed, blockers: Iterable[Problem]) -> list[dict[str, Any]]:
    """The tasks of the company, in the order of the manual; each can be done by any contact."""
    contact = _("Any contact")
    rows = [_assessment_task(review, now.model), _company_task(review, now)]
    rows += [_eligibility_task(review, now, slug) for slug in now.types]
    rows += [_category_task(review, now.model, one) for one in now.profile.categories]
    for row in rows:
        row["who"] = contact
    rows.append(_sign_task(now.model, blockers))
    return rows


def _task(
    title: str, url: str, note: str, *, done: bool, started: bool = False, returned: bool = False
) -> dict[str, Any]:
    status = "complete" if done else "in_progress" if started else "not_started"
    if returned:
        status = "returned"
        note = f"{note} {_('Your SCSS left a comment.')}".strip()
    return {"title": title, "url": url, "note": note, "status": status}


def _assessment_task(review: Review, model: SecurityModel) -> dict[str, Any]:
    made = review.assessment
    lacks = [words for _code, words in lacks_of_assessment(review)]
    note = lacks[0] if made is not None and lacks else ""
    if review.waits(ASSESSMENT_PART):
        note = ""
    if made is not None and not lacks:
        note = _("Made on %(day)s.") % {"day": day(made.on)}
    return _task(
        _("State the risk assessment"),
        page_url("review-assessment", model),
        note,
        done=not lacks,
        started=made is not None,
        returned=review.waits(ASSESSMENT_PART),
    )


def _company_task(review: Review, now: Reviewed) -> dict[str, Any]:
    left = unconfirmed_sections(review, now.company)
    every = len(ReviewSection)
    words = _("%(done)s of %(all)s sections confirmed.")
    return _task(
        _("Confirm the company profile"),
        page_url("review-company", now.model),
        words % {"done": every - len(left), "all": every},
        done=not left,
        started=len(left) < every,
        returned=any(review.waits(section_key(one)) for one in ReviewSection),
    )


def _eligibility_task(review: Review, now: Reviewed, slug: str) -> dict[str, Any]:
    made = review.rechecks.get(slug)
    note = ""
    if made is not None:
        walk = walk_again(now.questions, now.types[slug], dict(made.answers))
        ended = Ended.of_walk(slug, walk)
        says_why = _("No longer eligible. The page says why.")
        note = says_why if ended.is_out else outcome_label(ended)
    if review.waits(eligibility_key(slug)):
        note = ""
    name = now.questions.types[slug].name
    return _task(
        _("Answer the eligibility questions: %(type)s") % {"type": name},
        page_url("review-eligibility", now.model, business_type=slug),
        note,
        done=not to_answer(review, {slug: now.types[slug]}, now.questions),
        returned=review.waits(eligibility_key(slug)),
    )


def _category_task(
    review: Review, model: SecurityModel, category: CategoryAnswers
) -> dict[str, Any]:
    every, left = len(category.answers), len(unconfirmed(review, category))
    words = _("%(done)s of %(all)s criteria confirmed.")
    about = {"number": category.category.number, "name": category.name}
    return _task(
        _("%(number)s. %(name)s") % about,
        page_url("review-category", model, number=category.category.number),
        words % {"done": every - left, "all": every},
        done=not left,
        started=left < every,
        returned=any(one.status == CriterionState.RETURNED for one in category.answers),
    )


def _sign_task(model: SecurityModel, blockers: Iterable[Problem]) -> dict[str, Any]:
    blocked = any(True for _one in blockers)
    return {
        "title": _("Sign and submit"),
        "url": "" if blocked else page_url("summary", model),
        "note": _("When everything above is complete.") if blocked else "",
        "who": _("Officer"),
        "status": "cannot_start_yet" if blocked else "not_started",
    }


def earlier_rows(model: SecurityModel, years: Iterable[Year]) -> list[dict[str, Any]]:
    """The reviews of earlier years, also those for which nothing was done."""
    return [_earlier_row(model, year) for year in years]


def _earlier_row(model: SecurityModel, year: Year) -> dict[str, Any]:
    row, due = year.row, year.cycle.due_on
    sent = row.submission if row is not None else None
    submitted_on = row.submitted_on if row is not None else None
    is_missed = year.state == ReviewState.CLOSED_UNFULFILLED
    return {
        "due": due,
        "submitted_on": submitted_on,
        "late": submitted_on is not None and submitted_on > due,
        "label": year.state.label,
        "status": year.state.value,
        # What management notes of a review that came late stays with the program.
        "reason": row.closing_reason if row is not None and is_missed else _follows(year),
        "reference": sent.reference if sent is not None else "",
        "url": page_url("submission", model, submission_id=sent.pk) if sent else "",
    }


def _follows(year: Year) -> str:
    """That a return is answered with the next review; empty if it was not returned."""
    return _("It is answered with the next review.") if year.state == ReviewState.RETURNED else ""


def return_words(review: Review, latest: Latest | None) -> str:
    """That an earlier review or update was returned and is answered with this one; empty if none
    was, or it is this review.
    """
    is_earlier = latest is not None and latest.is_returned and latest.id != review.submission_id
    if latest is None or not is_earlier or latest.answer_due_on is None:
        return ""
    words = _("Submission %(reference)s was returned: answer it with this review, by %(day)s.")
    if latest.is_answer_late:
        words = _(
            "Submission %(reference)s was returned. Its answer was due on %(day)s. It is answered "
            "with this review."
        )
    return words % {"reference": latest.reference, "day": day(latest.answer_due_on)}


def closed_words(review: Review) -> str:
    """Why nothing can be confirmed now; empty while it can."""
    return "" if review.is_in_work else not_in_work_words(review)


def not_in_work_words(review: Review) -> str:
    """Why nothing can be confirmed now."""
    if review.state == ReviewState.UPCOMING:
        words = _("The annual review opens on %(day)s. Until then nothing can be confirmed.")
        return words % {"day": day(review.cycle.opens_on)}
    if review.state == ReviewState.SUBMITTED:
        return _("The annual review is submitted. Nothing can be confirmed while it is reviewed.")
    if review.state == ReviewState.APPROVED:
        words = _("This annual review is approved. The next one opens on %(day)s.")
        return words % {"day": day(review.cycle.after().opens_on)}
    return _("The time for this annual review has passed.")


def tick_words(made: Confirmed) -> str:
    """Who confirmed something, and when."""
    when = moment(made.at)
    words = _("Confirmed by %(name)s on %(when)s")
    if made.together:
        words = _("Confirmed by %(name)s on %(when)s, together with others of this category")
    return filled(words, name=made.by, when=when)


def stale_words(review: Review, subject: str, digest: str) -> str:
    """That a confirmation no longer counts, because the content was changed after it; empty if it
    counts or there is none.
    """
    made = review.confirmed.get(subject)
    if made is None or made.digest == digest:
        return ""
    return filled(_("It was changed after %(name)s confirmed it. Confirm it again."), name=made.by)


@dataclass(frozen=True)
class RemarkBox:
    """A comment of the specialist on a part of the review, with what became of it."""

    heading: str
    comment: str
    answered: bool


def remark_boxes(remarks: Mapping[str, Remark], signed: Mapping[str, Any]) -> list[RemarkBox]:
    """The comments on the parts of a review that was signed, by what they are about: they stay
    readable after they were answered, with this or another review.
    """
    words = _("%(part)s: returned by %(name)s on %(day)s")
    return [
        RemarkBox(
            filled(words, part=label, name=one.by, day=moment(one.at)), one.comment, answered=False
        )
        for part, label in parts_of(signed).items()
        if (one := remarks.get(part)) is not None
    ]


def remark_box(review: Review, part: str) -> RemarkBox | None:
    """The comment with which a part was returned; None if it was not."""
    remark = review.remarks.get(part)
    if remark is None:
        return None
    heading = filled(_("Returned by %(name)s on %(day)s"), name=remark.by, day=moment(remark.at))
    return RemarkBox(heading, remark.comment, not review.waits(part))
