"""Company profile, eligibility and risk assessment of an annual review in rows and words (P10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.days import by_and_when, day, moment
from core.links import path_to
from core.text import filled
from security_models import page_links
from security_models.facts.questionnaire import walk
from security_models.models import SecurityModel
from security_profile.facts.annual_reviews import (
    Assessment,
    Recheck,
    Review,
    section_digest,
    section_key,
    walk_again,
)
from security_profile.facts.rechecks import Ended
from security_profile.presentation.recheck_words import eligibility_words
from security_profile.presentation.review_pages import remark_box, stale_words, tick_words
from security_profile.selectors.reviewed import Reviewed
from security_profile.states import ReviewSection


def _place_of(section: ReviewSection, model: SecurityModel) -> str:
    """Where a section is changed."""
    if section == ReviewSection.ORGANIZATION:
        return path_to("trade_accounts:company", trade_id=model.trade_account_id)
    return page_links.url(model, section.value)


def section_rows(review: Review, now: Reviewed) -> list[dict[str, Any]]:
    """The sections of the company profile with their ticks, and where each is changed."""
    rows = []
    for section in ReviewSection:
        key, digest = section_key(section), section_digest(section, now.company)
        made = review.tick(key, digest)
        rows.append(
            {
                "key": section.value,
                "label": section.label,
                "digest": digest,
                "confirmed": tick_words(made) if made is not None else "",
                "stale": stale_words(review, key, digest),
                "remark": remark_box(review, key),
                "url": _place_of(section, now.model),
                "template": f"security_profile/company/{section.value}.html",
            }
        )
    return rows


def questions_to_ask(now: Reviewed, slug: str, given: Mapping[str, str]) -> list[tuple[Any, str]]:
    """The questions of the page with their words: those that are rechecked, on the path that the
    given answers take, and where none is given the answers of the application.
    """
    earlier = dict(now.types[slug])
    path = walk(now.questions, list({**earlier, **given}.items()))
    asked = [
        (step.question, step.words)
        for step in path.steps
        if step.question.recheck_yearly or step.question.code not in earlier
    ]
    if path.current is not None:
        asked.append((path.current, path.current_words))
    return asked


def eligibility_result(now: Reviewed, slug: str, made: Recheck | None) -> dict[str, Any]:
    """The outcome of the saved answers of a business type; empty before they are given."""
    if made is None:
        return {}
    walked = walk_again(now.questions, now.types[slug], dict(made.answers))
    ended = Ended.of_walk(slug, walked)
    said = eligibility_words(ended)
    when = moment(dt.datetime.fromisoformat(made.at))
    return {
        "same": not ended.is_out and not ended.is_open,
        "heading": said.heading,
        "why": list(said.advice),
        "words": _("You can submit the review. Your SCSS looks at this.") if ended.is_out else "",
        "answered": filled(_("Answered by %(name)s on %(when)s"), name=made.by, when=when),
    }


def saved_words(made: Assessment) -> str:
    """Who stated the risk assessment, and when."""
    return by_and_when(made.by, made.at)


def age_words(review: Review) -> str:
    """That a risk assessment that is a year old by now still counts, and why; empty otherwise."""
    made = review.assessment
    if made is None or review.submitted_on is None:
        return ""
    if not made.is_out_of_date(review.today) or made.is_out_of_date(review.judged_on):
        return ""
    words = _(
        "It is more than a year old by now. It still counts for this review, because it was not on "
        "%(day)s, when the review was first submitted."
    )
    return words % {"day": day(review.submitted_on)}
