"""Whether a company is still eligible as a business type, in words for everyone (S1, P10)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from security_models.selectors.eligibility import reasons
from security_models.states import EligibilityOutcome
from security_profile.facts.rechecks import Ended
from security_profile.selectors import catalogue


@dataclass(frozen=True)
class EligibilityWords:
    """Whether the company is still eligible. ``why`` not is the end of a sentence, without its
    period; empty if it is, or if the program no longer knows the reason. ``advice`` explains it.
    """

    heading: str
    why: str = ""
    advice: tuple[str, ...] = ()


def eligibility_words(ended: Ended) -> EligibilityWords:
    """What the company, the specialist and emails say alike; one query for a reason."""
    if ended.is_open:
        return EligibilityWords(_("A question is left to answer"))
    if not ended.is_out:
        return EligibilityWords(_("Still eligible"))
    why, advice = "", tuple[str, ...]()
    if ended.fits_another:
        why = _("the answers fit another business type (%(type)s)") % {"type": _name(ended)}
    elif (reason := reasons().get(ended.reason)) is not None:
        why, advice = reason.title, (reason.explanation, reason.what_would_change_it)
    heading = _("No longer eligible: %(why)s") % {"why": why} if why else _("No longer eligible")
    return EligibilityWords(heading, why, advice)


def outcome_label(ended: Ended) -> str:
    """The outcome in a few words, which are signed and recorded."""
    if ended.fits_another:
        return _("Eligible as another business type: %(type)s") % {"type": _name(ended)}
    return str(EligibilityOutcome(ended.outcome).label)


def _name(ended: Ended) -> str:
    return str(catalogue().type_names.get(ended.leads_to, ended.leads_to))
