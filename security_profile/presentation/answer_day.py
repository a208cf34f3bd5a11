"""The day for the answer to a return, in words."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from core.days import day
from security_profile.states import has_passed


def answer_words(due: dt.date) -> str:
    """By when a return is to be answered, or that the day for it has passed."""
    words = _("Answer was due %(day)s") if has_passed(due) else _("Answer by %(day)s")
    return words % {"day": day(due)}
