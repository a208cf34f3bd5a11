"""P2: every criterion, Must and Should, has a text or is Not Applicable."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_profile.facts.criterion_answers import Answer


def is_answered(answer: Answer) -> Iterator[Problem]:
    """A response, or Not Applicable."""
    if answer.lacks_answer:
        yield Problem("not_answered", _("%(code)s: write a response") % {"code": answer.code})
