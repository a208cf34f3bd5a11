"""S1: the newest run of the questions ended eligible, for the business type that applies."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.states import EligibilityOutcome


def problems(facts: Facts) -> Iterator[Problem]:
    """The questions are not finished, or the answers say that the company is not eligible yet."""
    if facts.submitted:
        return
    if facts.run.outcome == EligibilityOutcome.NOT_ELIGIBLE:
        words = _("Based on the answers, the company is not eligible yet.")
        yield Problem("not_eligible", words, url=page_links.url(facts.model, "eligibility"))
    elif facts.run.outcome == EligibilityOutcome.OPEN or not facts.types:
        words = _("Answer all eligibility questions.")
        yield Problem("eligibility_open", words, url=page_links.url(facts.model, "eligibility"))
