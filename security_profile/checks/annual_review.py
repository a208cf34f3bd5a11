"""What an annual review lacks before an Officer can sign it: one function a part (P10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem
from core.links import path_to
from core.program_days import add_years
from security_models.facts.questionnaire import Catalogue
from security_models.states import EligibilityOutcome
from security_profile.facts.annual_reviews import (
    ASSESSMENT_PART,
    Review,
    eligibility_key,
    section_digest,
    section_key,
    to_confirm,
    walk_again,
)
from security_profile.facts.criterion_answers import Answer
from security_profile.selectors import CategoryAnswers, Profile
from security_profile.selectors.reviewed import Reviewed
from security_profile.states import CriterionState, ReviewSection

#: An answer that was approved this many years ago is confirmed on its own, never together.
ONE_BY_ONE_AFTER = 3
#: (name of a page of the review, parts of its address) -> its address.
Place = Callable[..., str]


def review_blockers(review: Review, now: Reviewed) -> list[Problem]:
    """Every reason why the annual review cannot be signed now, each with its place (P10)."""
    model = now.model
    place = partial(path_to, trade_id=model.trade_account_id, model_id=model.pk)
    return [
        *is_assessed(review, place),
        *is_company_confirmed(review, now.company, place),
        *is_rechecked(review, now.types, now.questions, place),
        *is_profile_confirmed(review, now.profile, place),
    ]


def is_assessed(review: Review, place: Place) -> Iterator[Problem]:
    """There is a statement about this year's risk assessment, and its document can be opened."""
    for code, words in lacks_of_assessment(review):
        yield Problem(code, words, url=place("security_profile:review-assessment"))


def lacks_of_assessment(review: Review) -> Iterator[tuple[str, str]]:
    """What the statement about the risk assessment lacks, as (code, words)."""
    made = review.assessment
    if made is None:
        yield "not_assessed", _("Risk assessment: enter its date and a short statement")
        return
    if review.waits(ASSESSMENT_PART):
        yield "returned", _("Risk assessment: it was returned. Answer the comment")
    if made.is_out_of_date(review.judged_on):
        yield "assessment_old", _("Risk assessment: it is more than a year old")
    if made.is_checking:
        yield "being_checked", _("Risk assessment: wait until its document is checked for viruses")
    if made.is_blocked:
        words = _("Risk assessment: the virus check blocked its document. Choose another one")
        yield "blocked_file", words


def is_company_confirmed(
    review: Review, company: Mapping[str, Any], place: Place
) -> Iterator[Problem]:
    """Each section of the company profile was confirmed as it is now."""
    for section in unconfirmed_sections(review, company):
        words = _("Company profile: confirm “%(section)s”") % {"section": section.label}
        url = place("security_profile:review-company")
        yield Problem("section", words, url=f"{url}#{section.value}")


def unconfirmed_sections(review: Review, company: Mapping[str, Any]) -> list[ReviewSection]:
    """The sections of the company profile that nobody has confirmed as they are now."""
    return [
        one
        for one in ReviewSection
        if review.tick(section_key(one), section_digest(one, company)) is None
    ]


def is_rechecked(
    review: Review, types: Mapping[str, Any], questions: Catalogue, place: Place
) -> Iterator[Problem]:
    """The eligibility questions of each business type were answered to their end.

    A type that is no longer eligible does not block: the specialist must learn of it.
    """
    for slug in to_answer(review, types, questions):
        words = _("Eligibility: answer the questions for %(type)s")
        yield Problem(
            "eligibility",
            words % {"type": questions.types[slug].name},
            url=place("security_profile:review-eligibility", business_type=slug),
        )


def to_answer(review: Review, types: Mapping[str, Any], questions: Catalogue) -> list[str]:
    """The business types whose questions were not answered anew to their end, or were returned."""
    return [slug for slug, earlier in types.items() if not _ended(review, slug, earlier, questions)]


def _ended(review: Review, slug: str, earlier: Any, questions: Catalogue) -> bool:
    made = review.rechecks.get(slug)
    if made is None or review.waits(eligibility_key(slug)):
        return False
    walk = walk_again(questions, earlier, dict(made.answers))
    return walk.outcome != EligibilityOutcome.OPEN


def is_profile_confirmed(review: Review, profile: Profile, place: Place) -> Iterator[Problem]:
    """Every criterion was confirmed or updated in this cycle."""
    for one in profile.categories:
        left = len(unconfirmed(review, one))
        if left:
            words = ngettext(
                "%(category)s: %(n)s criterion to confirm",
                "%(category)s: %(n)s criteria to confirm",
                left,
            )
            words %= {"category": f"{one.category.number}. {one.name}", "n": left}
            url = place("security_profile:review-category", number=one.category.number)
            yield Problem("unconfirmed", words, url=url)


def unconfirmed(review: Review, category: CategoryAnswers) -> list[Answer]:
    """The criteria that nobody has confirmed with their current answer."""
    return [one for one in category.answers if review.tick(one.criterion.id, one.hash) is None]


def is_stated(review: Review, criteria: Iterable[str]) -> bool:
    """Whether a review that was read with many others lacks only answers to the eligibility
    questions (:func:`to_answer`), or nothing. It says the same as :func:`review_blockers`.
    """
    is_confirmed = review.ticked.issuperset(to_confirm(criteria))
    return is_confirmed and not any(True for _lack in lacks_of_assessment(review))


def left_together(
    review: Review, category: CategoryAnswers, approved_on: Mapping[str, dt.date]
) -> list[Answer]:
    """What *Confirm all remaining* confirms. ``approved_on`` is the day of the newest approval by
    the id of the criterion.
    """
    return [
        one
        for one in unconfirmed(review, category)
        if not is_confirmed_alone(one, review.today, approved_on.get(one.criterion.id))
    ]


def is_confirmed_alone(answer: Answer, today: dt.date, approved_on: dt.date | None) -> bool:
    """Whether an answer is never confirmed together with others: it is incomplete or returned, or
    was approved three years ago or earlier.
    """
    if not answer.is_complete or answer.status == CriterionState.RETURNED:
        return True
    return approved_on is not None and add_years(approved_on, ONE_BY_ONE_AFTER) <= today
