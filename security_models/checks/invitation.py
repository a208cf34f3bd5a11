"""An invitation code is valid only for the business type and country that it was issued for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.identifier_requirements import INVITATION
from security_models.facts.model_facts import CodeFact, Facts


def problems(facts: Facts) -> Iterator[Problem]:
    """The code was issued for something other than what the profile says now."""
    if facts.submitted or not any(INVITATION in group.codes for group in facts.groups):
        return
    if facts.entered[INVITATION] and not any(fits(facts, code) for code in facts.codes):
        words = _(
            "The invitation code is for a different business type or country than "
            "this profile now names. Correct the profile, or delete the code and "
            "enter another one."
        )
        yield Problem("invitation", words, url=page_links.url(facts.model, "identifiers"))


def fits(facts: Facts, code: CodeFact) -> bool:
    """Whether a code is for one of the business types here and for the company's country."""
    slugs = {one.slug for one in facts.types}
    country = not facts.country or code.country == facts.country
    return not code.revoked and code.business_type in slugs and country
