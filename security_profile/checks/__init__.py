"""What blocks the submission of a profile: one pure function a rule (P2, P3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import reverse

from core.errors import Problem
from security_models.models import SecurityModel
from security_profile.checks.answered import is_answered
from security_profile.checks.checked import is_checked
from security_profile.checks.evidence import has_required_evidence
from security_profile.checks.reason import has_reason
from security_profile.checks.types import has_criteria
from security_profile.facts.criterion_answers import Answer
from security_profile.selectors import Profile, overview

Rule = Callable[[Answer], Iterator[Problem]]

RULES: tuple[Rule, ...] = (is_answered, has_reason, has_required_evidence, is_checked)


def profile_blockers(model: SecurityModel, profile: Profile | None = None) -> list[Problem]:
    """Every reason why the profile cannot be submitted, each with the address of its place.

    Must and Should count alike (P2). Pass ``profile`` if it is already read.
    """
    profile = profile or overview(model)
    problems = list(has_criteria(model, profile))
    base = criteria_base(model)
    for answer in profile.answers:
        url = base + answer.code
        for rule in RULES:
            for problem in rule(answer):
                problems.append(Problem(problem.code, problem.message, url=url + problem.url))
    return problems


def criteria_base(model: SecurityModel) -> str:
    """The common start of the addresses of all criteria."""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return reverse("security_profile:profile", kwargs=kwargs)
