"""P1: without a business type there is nothing to answer and nothing to submit."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models.models import SecurityModel
from security_profile.selectors import Profile


def has_criteria(model: SecurityModel, profile: Profile) -> Iterator[Problem]:
    """The model has a business type with criteria."""
    if not profile.answers:
        words = _("Answer the eligibility questions. They decide the business type.")
        yield Problem("no_business_type", words)
