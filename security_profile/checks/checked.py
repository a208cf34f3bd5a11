"""D5: a submission contains only files that the specialist can open."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from security_profile.facts.criterion_answers import Answer


def is_checked(answer: Answer) -> Iterator[Problem]:
    """No file is still being checked, and none was blocked."""
    for file in answer.evidence:
        about = {"code": answer.code, "title": file.title}
        if file.is_checking:
            words = _("%(code)s: wait until “%(title)s” is checked for viruses")
            yield Problem("being_checked", filled(words, **about), url="#evidence")
        elif file.is_blocked:
            words = _("%(code)s: remove “%(title)s”, which the virus check blocked")
            yield Problem("blocked_file", filled(words, **about), url="#evidence")
