"""How the eligibility questions of a business type, answered anew, have ended (S1, P10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from security_models.facts.questionnaire import Walk
from security_models.states import EligibilityOutcome


@dataclass(frozen=True)
class Ended:
    """How the questions of the business type ``slug`` ended: with which outcome, for which business
    type, and with which code of a reason if the company is not eligible.

    The one place that decides whether the company is still eligible: tasks, pages, emails and what
    is signed read it.
    """

    slug: str
    outcome: str
    leads_to: str
    reason: str

    @classmethod
    def of_walk(cls, slug: str, walk: Walk) -> Ended:
        """The end of answers that are saved."""
        return cls(slug, str(walk.outcome), walk.business_type, walk.reason)

    @classmethod
    def of_signed(cls, one: Mapping[str, Any]) -> Ended:
        """The end of answers as they were signed with an annual review."""
        return cls(one["type"], one["outcome"], one["leads_to"], one["reason"])

    @property
    def is_open(self) -> bool:
        """Whether a question is left, so that nothing is decided."""
        return self.outcome == EligibilityOutcome.OPEN

    @property
    def fits_another(self) -> bool:
        """Whether the company is eligible, but as another business type."""
        return self.outcome == EligibilityOutcome.ELIGIBLE and self.leads_to != self.slug

    @property
    def is_out(self) -> bool:
        """Whether the company is no longer eligible as this business type."""
        return self.fits_another or self.outcome == EligibilityOutcome.NOT_ELIGIBLE
