"""The message after a save: it is saved, and what is still to do in the same step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem

#: At most this many problems are named; the page shows them all.
NAMED = 3


def saved_words(saved: str, problems: Iterable[Problem]) -> str:
    """Only ``saved`` if nothing is missing; otherwise followed by what is still to do."""
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
    """Tell the reader on the next page. An unfinished step is not shown as an unreserved
    success.
    """
    told = list(problems)
    level = messages.WARNING if told else messages.SUCCESS
    messages.add_message(request, level, saved_words(saved, told))
