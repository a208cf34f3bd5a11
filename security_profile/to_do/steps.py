"""What this app adds to the steps of an application: what follows, and what is missing."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from core.errors import Problem
from security_models.facts.model_facts import Facts
from security_models.models import BusinessType, SecurityModel
from security_profile.presentation.profile_rows import page_url
from security_profile.selectors import live_types, standings


def criteria_reading(business_type: BusinessType) -> str:
    """The page where the criteria of a business type can be read before an application."""
    return reverse("security_profile:criteria", args=[business_type.pk])


def after_company_profile(model: SecurityModel) -> str:
    """The page after the company profile: its criteria."""
    return page_url("profile", model)


def missing_beyond(facts: Facts) -> list[Problem]:
    """What is missing in the criteria of a model, one line each with its place; two queries."""
    model = facts.model
    types = live_types((one.slug, one.status) for one in facts.types)
    standing = standings([(model.pk, types)])[model.pk]
    lacking = len(standing.without_evidence)
    left = standing.total - standing.done - lacking
    where = page_url("profile", model)
    found = []
    if left:
        words = ngettext("%(n)s criterion to answer", "%(n)s criteria to answer", left)
        found.append(Problem("not_answered", words % {"n": left}, url=where))
    if lacking:
        words = ngettext(
            "%(n)s criterion without the required evidence",
            "%(n)s criteria without the required evidence",
            lacking,
        )
        url = where + "?evidence=missing"
        found.append(Problem("without_evidence", words % {"n": lacking}, url=url))
    return found
