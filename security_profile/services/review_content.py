"""What an Officer signs with an annual review besides the two profiles, as canonical data (P10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from security_models.facts.questionnaire import Catalogue
from security_profile.facts.annual_reviews import Confirmed, Review, section_key, walk_again
from security_profile.facts.rechecks import Ended
from security_profile.presentation.recheck_words import outcome_label
from security_profile.selectors import approved_hashes
from security_profile.selectors.reviewed import Reviewed
from security_profile.states import ReviewSection

#: The parts that can answer a return although no criterion has changed.
STATED = ("assessment", "eligibility")


def review_content(review: Review, now: Reviewed) -> dict[str, Any]:
    """Due day, risk assessment, eligibility, and who confirmed what and when.

    The same state gives the same bytes, as in ``submit.profile_content``.
    """
    return {
        "due_on": review.cycle.due_on.isoformat(),
        "opens_on": review.cycle.opens_on.isoformat(),
        "assessment": _assessment(review),
        "sections": [
            {"section": one.value, "label": str(one.label), **_tick(review.confirmed[key])}
            for one in ReviewSection
            if (key := section_key(one)) in review.confirmed
        ],
        "eligibility": list(_eligibility(review, now.types, now.questions)),
        "criteria": list(_criteria(review, now)),
    }


def _assessment(review: Review) -> dict[str, Any] | None:
    made = review.assessment
    if made is None:
        return None
    return {
        "on": made.on.isoformat(),
        "statement": made.statement,
        "document": {"title": made.title, "sha256": made.sha256} if made.sha256 else None,
        "by": made.by,
        "at": made.at.isoformat(),
    }


def _tick(made: Confirmed) -> dict[str, Any]:
    return {"by": made.by, "at": made.at.isoformat(), "together": made.together}


def _eligibility(
    review: Review, types: Mapping[str, Any], questions: Catalogue
) -> Iterator[dict[str, Any]]:
    for slug, earlier in types.items():
        made = review.rechecks.get(slug)
        if made is None:
            continue
        before = dict(earlier)
        walk = walk_again(questions, earlier, dict(made.answers))
        ended = Ended.of_walk(slug, walk)
        yield {
            "type": slug,
            "name": questions.types[slug].name,
            "outcome": ended.outcome,
            "outcome_label": outcome_label(ended),
            "leads_to": ended.leads_to,
            "reason": ended.reason,
            "by": made.by,
            "at": made.at,
            "answers": [
                {
                    "code": step.question.code,
                    "question": step.words,
                    "answer": step.label,
                    "changed": before.get(step.question.code, step.answer) != step.answer,
                }
                for step in walk.steps
            ],
        }


def _criteria(review: Review, now: Reviewed) -> Iterator[dict[str, Any]]:
    """Each confirmed criterion, and whether its answer differs from the last approval."""
    approved = approved_hashes(now.model)
    for one in now.profile.answers:
        made = review.tick(one.criterion.id, one.hash)
        if made is not None:
            updated = approved.get(one.criterion.id) != one.hash
            yield {"code": one.code, "updated": updated, **_tick(made)}
