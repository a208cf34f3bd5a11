"""Who takes part in SVI: a signed SVI Agreement, and an account in good standing (SVI1)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from svi.facts.participation import Participation


def participation_problems(participation: Participation) -> Iterator[Problem]:
    """What keeps an account from taking part now."""
    if not participation.consents:
        words = _("An Officer must sign the SVI Agreement first.")
        yield Problem("no_consent", words)
    if not participation.is_certified:
        words = _("Only accounts that are certified or above take part in SVI.")
        yield Problem("not_certified", words)
