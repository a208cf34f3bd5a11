"""P2, P3: if evidence is required, one file must be Clean, unless the criterion does not apply."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_profile.facts.criterion_answers import Answer


def has_required_evidence(answer: Answer) -> Iterator[Problem]:
    """There is a checked file. A file still being checked is reported by its own rule."""
    if not answer.lacks_evidence or any(one.is_checking for one in answer.evidence):
        return
    words = _("%(code)s: attach the required evidence") % {"code": answer.code}
    yield Problem("no_evidence", words, url="#evidence")
