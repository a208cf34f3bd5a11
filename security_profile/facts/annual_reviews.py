"""The cycle of annual reviews, and what is known about one: values without tables (P9-P11, P13).

A security model has one review a year. It is due on the earliest anniversary among its business
types, and serves all of them (P13). Its window opens 90 days before and ends with the due day; a
review that was missed can still be submitted until the next window opens.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from core import clock
from core.crypto import content_hash
from core.program_days import DAY, add_years
from files.states import ScanState
from security_models.facts.questionnaire import Catalogue, Walk, walk
from security_models.states import CERTIFIED_STATUSES
from security_profile.states import (
    DUE_REVIEW,
    RETURNED_SUBMISSION,
    REVIEW_IN_WORK,
    WITH_PROGRAM,
    ReviewSection,
    ReviewState,
    SubmissionStatus,
)

WINDOW, ESCALATION, ASSESSMENT = (
    "annual_review_window",
    "annual_review_escalation",
    "risk_assessment",
)


def anchor_of(types: Iterable[tuple[str, dt.date | None]]) -> dt.date | None:
    """The first certification date among (status, certified on) of all types of an account; None
    while none of them is certified. The reviews are due on its anniversaries (P13).

    A type that was suspended or has ended keeps its date: the year of an account never moves, so
    that no review is counted again or asked for twice (ADR 19).
    """
    known = list(types)
    if not any(status in CERTIFIED_STATUSES for status, _day in known):
        return None
    return min((day for _status, day in known if day is not None), default=None)


def asked_from() -> dt.date | None:
    """The first day for which this portal asks for annual reviews; None for every day
    (``ANNUAL_REVIEWS_FROM``).
    """
    given = settings.ANNUAL_REVIEWS_FROM
    return dt.date.fromisoformat(given) if given else None


def first_number(anchor: dt.date) -> int:
    """The number of the first cycle that counts. One that was due before the portal asked for
    reviews was done elsewhere or never asked for: it is not missed.
    """
    since = asked_from()
    if since is None:
        return 1
    years = since.year - anchor.year
    return max(1, years if add_years(anchor, years) >= since else years + 1)


@dataclass(frozen=True)
class Cycle:
    """One year of a review. ``number`` 1 is due on the first anniversary; all are program dates."""

    anchor: dt.date
    number: int

    @property
    def due_on(self) -> dt.date:
        """The last day on which a submission is in time."""
        return add_years(self.anchor, self.number)

    @property
    def opens_on(self) -> dt.date:
        """The first day of the window."""
        return clock.clock(WINDOW).latest_start(self.due_on)

    @property
    def ends_on(self) -> dt.date:
        """The last day before the next window opens. What is missed until then stays undone."""
        return self.after().opens_on - DAY

    @property
    def escalates_on(self) -> dt.date:
        """The day on which an overdue review is escalated to management."""
        return clock.clock(ESCALATION).due(self.due_on)

    def after(self) -> Cycle:
        """The next cycle."""
        return Cycle(self.anchor, self.number + 1)

    def earlier(self) -> list[Cycle]:
        """The cycles before this one that count, the newest first."""
        numbers = range(self.number - 1, first_number(self.anchor) - 1, -1)
        return [Cycle(self.anchor, number) for number in numbers]


def cycle_on(anchor: dt.date, today: dt.date) -> Cycle:
    """The cycle that counts on a day: the newest whose window has opened, or else the first."""
    cycle = Cycle(anchor, max(first_number(anchor), today.year - anchor.year - 1))
    while cycle.after().opens_on <= today:
        cycle = cycle.after()
    return cycle


def cycle_due_on(anchor: dt.date, due_on: dt.date) -> Cycle | None:
    """The cycle that is due on that day; None if the day is no anniversary."""
    found = Cycle(anchor, due_on.year - anchor.year)
    counts = found.number >= first_number(anchor)
    return found if counts and found.due_on == due_on else None


def state_of_review(cycle: Cycle, today: dt.date, submission: str = "") -> ReviewState:
    """The state of a cycle on a day. ``submission`` is the status of the newest round that was
    submitted for it, empty without one. What was withdrawn or closed says nothing.
    """
    if today < cycle.opens_on:
        return ReviewState.UPCOMING
    if submission == SubmissionStatus.APPROVED:
        return ReviewState.APPROVED
    if submission in RETURNED_SUBMISSION:
        return ReviewState.RETURNED
    if submission in WITH_PROGRAM:
        return ReviewState.SUBMITTED
    if today > cycle.ends_on:
        return ReviewState.CLOSED_UNFULFILLED
    return ReviewState.OPEN if today <= cycle.due_on else ReviewState.OVERDUE


def needs_reason(cycle: Cycle, state: ReviewState, today: dt.date) -> bool:
    """Whether management records why a review was not done: it was missed entirely, or is overdue
    for so long that it is escalated to management.
    """
    if state == ReviewState.CLOSED_UNFULFILLED:
        return True
    return state == ReviewState.OVERDUE and today >= cycle.escalates_on


# --- what was done for a cycle --------------------------------------------------------------------


@dataclass(frozen=True)
class Confirmed:
    """A tick: who confirmed what, and when. ``digest`` is the content that was confirmed.

    ``together`` if it was confirmed with everything that was left of a category.
    """

    digest: str
    together: bool
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Assessment:
    """The statement about the risk assessment of the year, perhaps with its document."""

    on: dt.date
    statement: str
    title: str
    sha256: str
    state: str
    by: str
    at: dt.datetime

    @property
    def seen(self) -> str:
        """A fingerprint of what is stated, for the form that changes it (P5)."""
        said = [self.on.isoformat(), self.statement, self.title, self.sha256]
        return content_hash([*said, self.by, self.at.isoformat()])

    @property
    def is_checking(self) -> bool:
        """Whether the check of the document is not finished."""
        return self.state == ScanState.QUARANTINED

    @property
    def is_blocked(self) -> bool:
        """Whether the check blocked the document."""
        return self.state not in {"", ScanState.CLEAN, ScanState.QUARANTINED}

    def is_out_of_date(self, today: dt.date) -> bool:
        """Whether it was made a year before a day or earlier (clock ``risk_assessment``)."""
        return clock.clock(ASSESSMENT).due(self.on) <= today


@dataclass(frozen=True)
class Recheck:
    """The eligibility questions of one business type, answered anew: [question, answer] pairs."""

    answers: tuple[tuple[str, str], ...]
    by: str
    at: str

    @property
    def seen(self) -> str:
        """A fingerprint of the answers, for the form that changes them (P5)."""
        return content_hash([*map(list, self.answers), self.by, self.at])


@dataclass(frozen=True)
class Remark:
    """What the specialist wrote about a part of a returned review that is no criterion."""

    comment: str
    by: str
    at: dt.datetime


def unanswered(remarks: Mapping[str, Remark], stated: Mapping[str, dt.datetime]) -> frozenset[str]:
    """The parts that were returned and not stated again since. Between submission and return nobody
    can state anything, so a later moment is after the return.
    """
    return frozenset(
        part for part, remark in remarks.items() if part not in stated or stated[part] <= remark.at
    )


@dataclass(frozen=True)
class Review:
    """The annual review of a security model on a day, with everything that was done for it.

    A review that was read with many others (``selectors.annual_reviews.reviews_of``) has only the
    sections as ``confirmed``, and as ``ticked`` the criteria and sections that are confirmed as
    they are now.

    ``submission_status`` is that of the newest round submitted for it, ``answer_due_on`` the day
    for the answer if it was returned, and ``remarks`` are on the parts that it returned.
    ``submitted_on`` is the day of the first round, which decides whether it was in time.
    """

    cycle: Cycle
    today: dt.date
    id: uuid.UUID | None = None
    assessment: Assessment | None = None
    rechecks: Mapping[str, Recheck] = field(default_factory=dict)
    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)
    remarks: Mapping[str, Remark] = field(default_factory=dict)
    submission_id: uuid.UUID | None = None
    submission_status: str = ""
    submission_reference: str = ""
    submitted_on: dt.date | None = None
    answer_due_on: dt.date | None = None
    ticked: frozenset[str] = frozenset()

    @property
    def state(self) -> ReviewState:
        """The state today."""
        return state_of_review(self.cycle, self.today, self.submission_status)

    @property
    def is_due(self) -> bool:
        """Whether an Officer signs it next: its window is open, or it is overdue."""
        return self.state in DUE_REVIEW

    @property
    def is_in_work(self) -> bool:
        """Whether the company confirms and updates now: it is due, or was returned."""
        return self.state in REVIEW_IN_WORK

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after its due day, or is missing since."""
        return (self.submitted_on or self.today) > self.cycle.due_on

    @property
    def judged_on(self) -> dt.date:
        """The day on which the age of the risk assessment is judged: that of the first round. What
        was in time then stays valid for the answers to a return.
        """
        return self.submitted_on or self.today

    @property
    def next_due(self) -> dt.date:
        """The due day that comes next: of the next cycle, once this one is fulfilled."""
        done = self.state == ReviewState.APPROVED
        return self.cycle.after().due_on if done else self.cycle.due_on

    def tick(self, subject: str, digest: str) -> Confirmed | None:
        """The confirmation of a criterion or section, if it still has the content that was
        confirmed and was not returned since.
        """
        if self.remarks and self.waits(subject):
            return None
        found = self.confirmed.get(subject)
        return found if found is not None and found.digest == digest else None

    def waits(self, part: str) -> bool:
        """Whether a part was returned and not stated again since."""
        return part in self.unanswered

    @property
    def has_answers(self) -> bool:
        """Whether a part that was returned was stated again since."""
        return any(not self.waits(part) for part in self.remarks)

    @property
    def unanswered(self) -> frozenset[str]:
        """The parts that were returned and not stated again since."""
        return unanswered(self.remarks, self._stated())

    def _stated(self) -> dict[str, dt.datetime]:
        """When each part was last stated."""
        stated = {part: one.at for part, one in self.confirmed.items()}
        for slug, recheck in self.rechecks.items():
            stated[eligibility_key(slug)] = dt.datetime.fromisoformat(recheck.at)
        if self.assessment is not None:
            stated[ASSESSMENT_PART] = self.assessment.at
        return stated


def seen_of(stated: Assessment | Recheck | None) -> str:
    """The fingerprint of one part of a review; empty before it is stated. Each part has its own, so
    that saving one does not disturb who works on another.
    """
    return "" if stated is None else stated.seen


#: How the keys of the sections of the company profile begin, and those of eligibility answers.
SECTION, ELIGIBILITY = "section:", "eligibility:"
#: What a remark on the risk assessment is stored under.
ASSESSMENT_PART = "assessment"


def eligibility_key(slug: str) -> str:
    """What a remark on the eligibility answers of a business type is stored under."""
    return f"{ELIGIBILITY}{slug}"


def section_key(section: str) -> str:
    """What a confirmation of a section, and a remark on it, is stored under; confirmations of
    criteria are stored under their id.
    """
    return f"{SECTION}{section}"


#: The parts of the company profile (``security_models.selectors.company_profile``) by section.
PARTS_OF: Mapping[ReviewSection, tuple[str, ...]] = {
    ReviewSection.ORGANIZATION: ("organization",),
    ReviewSection.IDENTIFIERS: ("identifiers", "event_description", "papers"),
    ReviewSection.ADDRESSES: ("addresses",),
    ReviewSection.CONTACTS: ("contacts",),
}


def part_of(section: ReviewSection, company: Mapping[str, Any]) -> dict[str, Any]:
    """What a section consists of in the company profile."""
    return {name: company[name] for name in PARTS_OF[section]}


def section_digest(section: ReviewSection, company: Mapping[str, Any]) -> str:
    """What a confirmation of a section is bound to."""
    return content_hash(part_of(section, company))


def to_confirm(criteria: Iterable[str]) -> frozenset[str]:
    """Everything that is confirmed in a review of a profile with these criteria, by what the
    confirmations are stored under.
    """
    return frozenset({*criteria, *map(section_key, ReviewSection)})


def walk_again(
    questions: Catalogue, earlier: Iterable[Sequence[str]], given: Mapping[str, str]
) -> Walk:
    """The walk of a yearly recheck: questions that are rechecked need a new answer, all others keep
    the one from the application (``recheck_yearly`` of the questions).
    """
    answers = dict(given)
    for code, answer in earlier:
        question = questions.questions.get(code)
        if question is not None and not question.recheck_yearly:
            answers.setdefault(code, answer)
    return walk(questions, list(answers.items()))
