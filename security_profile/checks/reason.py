"""P2: Not Applicable needs a reason of at least 30 characters."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_profile.facts.criterion_answers import Answer
from security_profile.states import REASON_MINIMUM


def has_reason(answer: Answer) -> Iterator[Problem]:
    """The reason is long enough."""
    if answer.lacks_reason:
        words = _(
            "%(code)s: enter the reason why it does not apply (at least %(minimum)s characters)"
        )
        yield Problem("no_reason", words % {"code": answer.code, "minimum": REASON_MINIMUM})
