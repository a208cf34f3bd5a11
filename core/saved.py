"""What is said after a save: that it is saved, and what is still to be done in the same step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem

#: So many problems are named; the page shows them all.
NAMED = 3


def saved_words(saved: str, problems: Iterable[Problem]) -> str:
    """``saved`` alone when nothing is missing; else followed by what is still to be done."""
    told = [str(problem.message) for problem in problems]
    if not told:
        return saved
    words = _("%(saved)s Still to do: %(problems)s")
    words %= {"saved": saved, "problems": " ".join(told[:NAMED])}
    more = len(told) - NAMED
    if more > 0:
        words += " " + ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more}
    return words


def say_saved(request: Any, saved: str, problems: Iterable[Problem]) -> None:
    """Tell the reader on the next page; an unfinished step is no success without a reservation."""
    told = list(problems)
    level = messages.WARNING if told else messages.SUCCESS
    messages.add_message(request, level, saved_words(saved, told))
