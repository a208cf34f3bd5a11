"""The criteria of an annual review as rows and words: of a category, and of one page (P10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import day
from core.differences import Budget
from documents.selectors import clean_versions
from security_models.models import SecurityModel
from security_profile.facts.annual_reviews import Review
from security_profile.facts.criterion_answers import Answer
from security_profile.models import ResponseVersion
from security_profile.presentation.answer_changes import (
    NOTHING,
    AnswerChange,
    answer_change,
    files_of,
    side_of,
)
from security_profile.presentation.profile_rows import criterion_url, page_url
from security_profile.presentation.review_pages import stale_words, tick_words
from security_profile.presentation.version_pages import LOOKS_OF_A_LIST, PartnerPlaces
from security_profile.selectors import CategoryAnswers, Profile
from security_profile.states import CriterionState, ReviewState


@dataclass(frozen=True)
class CriterionRow:
    """One criterion to confirm: its answer, what changed since the approval, and the tick."""

    answer: Answer
    change: AnswerChange
    is_update: bool
    approved: str
    confirmed: str
    stale: str
    why_not: str
    url: str


def criterion_rows(
    model: SecurityModel,
    review: Review,
    category: CategoryAnswers,
    versions: Mapping[str, ResponseVersion],
) -> Iterator[CriterionRow]:
    """The criteria of a category, compared with the versions in force."""
    budget, places = Budget(LOOKS_OF_A_LIST), PartnerPlaces(model)
    sides = [side_of(one) for one in [*category.answers, *versions.values()]]
    clean = clean_versions(model, files_of(*(one.evidence for one in sides)))
    for answer in category.answers:
        version = versions.get(answer.criterion.id)
        before = side_of(version) if version is not None else NOTHING
        is_returned = answer.status == CriterionState.RETURNED
        made = None if is_returned else review.tick(answer.criterion.id, answer.hash)
        yield CriterionRow(
            answer=answer,
            change=answer_change(before, side_of(answer), places, clean, budget),
            is_update=version is None or version.item_hash != answer.hash,
            approved=_approved_words(version),
            confirmed=tick_words(made) if made is not None else "",
            stale=stale_words(review, answer.criterion.id, answer.hash),
            why_not=_why_not(answer),
            url=criterion_url(model, answer.code),
        )


def _approved_words(version: ResponseVersion | None) -> str:
    if version is None:
        return _("No version has been approved yet")
    about = {"number": version.number, "day": day(version.approved_on)}
    return _("Version %(number)s, approved on %(day)s") % about


def _why_not(answer: Answer) -> str:
    if not answer.is_complete:
        return " ".join(str(one.message) for one in answer.still_to_do())
    if answer.status == CriterionState.RETURNED:
        return _("It was returned. Change what the comment asks for first.")
    return ""


def together_words(count: int) -> str:
    """The words of the button that confirms what is left of a category."""
    words = ngettext(
        "Confirm the remaining %(n)s criterion", "Confirm all %(n)s remaining criteria", count
    )
    return words % {"n": count}


def neighbors(model: SecurityModel, profile: Profile, number: str) -> dict[str, str]:
    """The addresses of the previous and the next category."""
    numbers = [str(one.category.number) for one in profile.categories]
    place = numbers.index(number)
    urls = {"previous": page_url("annual-review", model), "next": page_url("annual-review", model)}
    if place:
        urls["previous"] = page_url("review-category", model, number=numbers[place - 1])
    if place + 1 < len(numbers):
        urls["next"] = page_url("review-category", model, number=numbers[place + 1])
    return urls


@dataclass(frozen=True)
class CriterionNotice:
    """What the page of a criterion says about the annual review; ``button`` is empty if nothing can
    be confirmed.
    """

    heading: str
    words: str
    button: str
    url: str
    link: str


def criterion_notice(
    review: Review, answer: Answer, model: SecurityModel
) -> CriterionNotice | None:
    """The notice for a certified account; None while the review is with the program."""
    url = page_url("annual-review", model)
    if review.is_in_work:
        made = review.tick(answer.criterion.id, answer.hash)
        words = stale_words(review, answer.criterion.id, answer.hash) or _("Not confirmed yet.")
        if made is not None:
            words = tick_words(made)
        heading = _("Annual review, due on %(day)s") % {"day": day(review.cycle.due_on)}
        category = answer.criterion.entry.category
        url = page_url("review-category", model, number=category.number) + f"#c-{answer.code}"
        link = _("Back to category %(number)s of the review") % {"number": category.number}
        return CriterionNotice(heading, words, _("Save and confirm"), url, link)
    if review.state == ReviewState.SUBMITTED:
        return None
    later = review.cycle if review.state == ReviewState.UPCOMING else review.cycle.after()
    words = _(
        "Changes you make before %(day)s are kept but don't count for the annual review. To put "
        "them into force now, an Officer signs and submits them as an update."
    )
    return CriterionNotice(
        _("Before the annual review"),
        words % {"day": day(later.opens_on)},
        "",
        url,
        _("Open the annual review"),
    )
