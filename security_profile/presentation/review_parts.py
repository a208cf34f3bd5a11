"""The parts of a signed annual review that are no criteria, in words (P10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.text import filled
from security_profile.facts.annual_reviews import ASSESSMENT_PART, SECTION, eligibility_key


def parts_of(signed: Mapping[str, Any]) -> dict[str, str]:
    """The label of each part that can be returned with a comment, by its key."""
    found = {}
    if signed["assessment"]:
        found[ASSESSMENT_PART] = _("Risk assessment")
    for one in signed["eligibility"]:
        words = filled(_("Eligibility questions: %(type)s"), type=one["name"])
        found[eligibility_key(one["type"])] = words
    for one in signed["sections"]:
        words = filled(_("Company profile: %(section)s"), section=one["label"])
        found[f"{SECTION}{one['section']}"] = words
    return found
