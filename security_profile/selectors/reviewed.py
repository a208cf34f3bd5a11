"""Reads what an annual review is about, as it is now (P10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from security_models.facts.questionnaire import Catalogue
from security_models.models import SecurityModel
from security_models.selectors import business_types_of
from security_models.selectors.company_profile import content_of
from security_models.selectors.eligibility import catalogue as questions
from security_models.states import CERTIFIED_STATUSES
from security_profile.selectors.profile import Profile, overview


@dataclass(frozen=True)
class Reviewed:
    """Everything that a review is about, as it is now.

    ``company`` is the company profile as canonical data; ``types`` the answers of the application
    by the slug of each certified business type.
    """

    model: SecurityModel
    profile: Profile
    company: Mapping[str, Any]
    types: Mapping[str, Any]
    questions: Catalogue


def reviewed_now(
    model: SecurityModel,
    profile: Profile | None = None,
    company: Mapping[str, Any] | None = None,
) -> Reviewed:
    """What the review of a model is about; pass both profiles if they are already read."""
    certified = [one for one in business_types_of(model) if one.status in CERTIFIED_STATUSES]
    return Reviewed(
        model=model,
        profile=profile or overview(model, fresh=True),
        company=company or content_of(model),
        types={one.business_type_id: one.run.answers for one in certified},
        questions=questions(),
    )
