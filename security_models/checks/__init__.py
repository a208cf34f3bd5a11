"""What still blocks submitting the company profile: one module a rule.

Each rule is a pure function of :class:`security_models.facts.model_facts.Facts` and answers with
every problem it sees, in words and with the place where it can be fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from core.access import Access
from core.errors import Problem
from security_models.checks import (
    addresses,
    eligibility,
    identifiers,
    invitation,
    lapsed,
    officer,
    papers,
    primary_poc,
)
from security_models.facts.model_facts import Facts
from security_models.models import SecurityModel
from security_models.selectors import facts_of

Rule = Callable[[Facts], Iterable[Problem]]

#: The tabs of the company profile in their order, with the rules that each must satisfy.
RULES: dict[str, tuple[Rule, ...]] = {
    "eligibility": (eligibility.problems,),
    "identifiers": (identifiers.problems, invitation.problems),
    "papers": (papers.problems,),
    "addresses": (addresses.problems,),
    "contacts": (officer.problems, primary_poc.problems),
}


def problems_of(facts: Facts, tab: str) -> list[Problem]:
    """The problems of one tab."""
    return [problem for rule in RULES[tab] for problem in rule(facts)]


def problems_by_tab(access: Access, facts: Facts) -> Mapping[str, list[Problem]]:
    """The problems of each tab, found once while a page is built."""
    return access.once(
        ("problems", facts.model.pk), lambda: {tab: problems_of(facts, tab) for tab in RULES}
    )


def blockers_of(facts: Facts) -> list[Problem]:
    """Every problem that blocks submitting, in the order of the tabs."""
    over = list(lapsed.problems(facts))
    return over + [problem for tab in RULES for problem in problems_of(facts, tab)]


def company_profile_blockers(model: SecurityModel) -> list[Problem]:
    """Same as :func:`blockers_of` for a model, read now: a submission checks this (issue 2, item
    10).
    """
    return blockers_of(facts_of(model))
