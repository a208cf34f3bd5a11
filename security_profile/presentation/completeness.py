"""How complete a profile is, in words. Every sentence about it is written here, once.

Counts follow :func:`security_profile.states.state_of`, so that a page, its filters, its legend, the
tasks and the API always agree. Words come before any bar (screens 4.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from security_profile.facts.criterion_answers import Counted


class CountedCategory(Protocol):
    """A category with its name and progress."""

    @property
    def name(self) -> str:
        """The name of the category."""

    @property
    def counted(self) -> Counted:
        """Its progress."""


def done_words(done: int, total: int) -> str:
    """The words "45 of 97 criteria complete"."""
    return _("%(done)s of %(total)s criteria complete") % {"done": done, "total": total}


def returned_words(returned: int) -> str:
    """The words "3 returned"."""
    return ngettext("%(n)s returned", "%(n)s returned", returned) % {"n": returned}


def still_returned_words(returned: int) -> str:
    """The sentence about returned criteria that were not changed since."""
    words = ngettext(
        "%(n)s criterion was returned. Change your answer.",
        "%(n)s criteria were returned. Change your answers.",
        returned,
    )
    return words % {"n": returned}


def changed_words(criteria: int, *, company: bool = False) -> str:
    """The sentence about changes since the last approval that are not submitted (P9)."""
    words = ngettext(
        "%(n)s criterion changed since the last approval. It is not submitted yet.",
        "%(n)s criteria changed since the last approval. They are not submitted yet.",
        criteria,
    )
    if company and criteria:
        words = ngettext(
            "The company profile and %(n)s criterion changed since the last approval. "
            "They are not submitted yet.",
            "The company profile and %(n)s criteria changed since the last approval. "
            "They are not submitted yet.",
            criteria,
        )
    elif company:
        words = _("The company profile changed since the last approval. It is not submitted yet.")
    return words % {"n": criteria}


def submit_words(criteria: int) -> str:
    """The Officer's task: submit the changes."""
    words = ngettext(
        "Submit the update: %(n)s criterion changed since the last approval",
        "Submit the update: %(n)s criteria changed since the last approval",
        criteria,
    )
    return words % {"n": criteria}


def ask_words(criteria: int) -> str:
    """The task of everyone else: ask an Officer to submit them."""
    words = ngettext(
        "Ask an Officer to submit the update: %(n)s criterion changed since the last approval",
        "Ask an Officer to submit the update: %(n)s criteria changed since the last approval",
        criteria,
    )
    return words % {"n": criteria}


def left_words(counted: Counted) -> str:
    """What needs attention: how many were returned, and how many lack evidence."""
    words = []
    if counted.returned:
        words.append(returned_words(counted.returned))
    if counted.without_evidence:
        words.append(_("%(n)s without required evidence") % {"n": counted.without_evidence})
    return ", ".join(words)


def progress_words(counted: Counted) -> str:
    """The progress in one line: "94 of 97 criteria complete, 3 returned"."""
    words, left = done_words(counted.done, counted.total), left_words(counted)
    return f"{words}, {left}" if left else words


def squares_caption(categories: Sequence[CountedCategory]) -> str:
    """The message of the squares as a sentence; returned criteria come first."""
    squares = _("Each square is one criterion.")
    told = _told(categories)
    return f"{told} {squares}" if told else ""


def _told(categories: Sequence[CountedCategory]) -> str:
    most = max(categories, key=lambda one: one.counted.left, default=None)
    if most is None:
        return ""
    returned = sum(one.counted.returned for one in categories)
    left = sum(one.counted.left for one in categories)
    if returned:
        return still_returned_words(returned)
    if not left:
        return _("Every criterion is complete.")
    words = _("%(category)s has the most left to do: %(left)s of its %(total)s criteria.")
    return words % {
        "category": most.name,
        "left": most.counted.left,
        "total": most.counted.total,
    }


def longer_words() -> str:
    """That a decision takes longer than planned (clock ``certification_decision``)."""
    return _("The decision takes longer than planned. You do not need to do anything.")
