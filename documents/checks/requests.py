"""What a request for a document may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import is_blank
from documents.models import DESCRIPTION_LENGTH, TITLE_LENGTH


@dataclass(frozen=True)
class Wanted:
    """What staff ask for, until which day. Without a type, any document will do."""

    title: str
    due_on: dt.date
    why: str = ""
    type_code: str = ""


def wanted_problems(wanted: Wanted, today: dt.date) -> Iterator[Problem]:
    """Every reason why this can't be asked; the type is checked where it is known."""
    if is_blank(wanted.title):
        yield Problem("title", _("Say which document you ask for."), "title")
    if len(wanted.title) > TITLE_LENGTH:
        words = _("Shorten this to %(number)s characters.") % {"number": TITLE_LENGTH}
        yield Problem("title", words, "title")
    yield from text_problems(wanted.why, "why")
    yield from due_problems(wanted.due_on, today)


def due_problems(due_on: dt.date, today: dt.date) -> Iterator[Problem]:
    """Why a request can't be due on this day."""
    if due_on < today:
        yield Problem("due_on", _("This day is over. Enter today or a later day."), "due_on")


def reason_problems(reason: str) -> Iterator[Problem]:
    """Why this is no reason that the company could read."""
    if is_blank(reason):
        yield Problem("reason", _("Give the company a reason."), "reason")
    yield from text_problems(reason, "reason")


def text_problems(text: str, field: str) -> Iterator[Problem]:
    """Why a longer text can't be kept."""
    if len(text) > DESCRIPTION_LENGTH:
        words = _("Shorten this to %(number)s characters.") % {"number": DESCRIPTION_LENGTH}
        yield Problem(field, words, field)
