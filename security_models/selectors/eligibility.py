"""Reads the questions, the runs, and what staff must check because of the answers."""

from __future__ import annotations

from security_models.facts.questionnaire import Catalogue, catalogue_of
from security_models.models import (
    BusinessType,
    EligibilityQuestion,
    EligibilityRun,
    NotEligibleReason,
    SecurityModel,
)
from security_models.states import FLAG_WORDS


def catalogue() -> Catalogue:
    """All questions and business types: two queries."""
    types = BusinessType.objects.order_by("position")
    return catalogue_of(EligibilityQuestion.objects.all(), types)


def newest_run(model: SecurityModel) -> EligibilityRun:
    """The run that counts. Every model has one from the start."""
    runs = EligibilityRun.objects.filter(security_model=model).select_related("reason")
    return runs.order_by("-started_at", "-id")[0]


def reasons() -> dict[str, NotEligibleReason]:
    """All reasons by code."""
    return {one.code: one for one in NotEligibleReason.objects.all()}


def all_business_types() -> list[BusinessType]:
    """The business types in the order of the program's list."""
    return list(BusinessType.objects.order_by("position"))


def flags_of(model: SecurityModel) -> list[tuple[str, str]]:
    """What staff must check because of the answers, as (question code, words); never for
    partners.
    """
    return [(code, str(FLAG_WORDS.get(flag, flag))) for code, flag in newest_run(model).flags]
