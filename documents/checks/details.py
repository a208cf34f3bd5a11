"""What the details of a document may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import is_blank
from documents.models import DESCRIPTION_LENGTH, TITLE_LENGTH


@dataclass(frozen=True)
class Details:
    """What people say of a document. ``language`` is a code of :func:`languages`."""

    title: str
    type_code: str
    description: str = ""
    language: str = ""
    evidence_on: dt.date | None = None
    expires_on: dt.date | None = None


def languages() -> list[tuple[str, str]]:
    """The languages a document can be in, each in its own words."""
    return sorted(
        ((code, about["name_local"]) for code, about in LANG_INFO.items() if "name" in about),
        key=lambda one: one[1].casefold(),
    )


def problems(details: Details, today: dt.date) -> Iterator[Problem]:
    """Every reason why these details can't be saved; the type is checked where it is known."""
    if is_blank(details.title):
        yield Problem("title", _("Enter a title."), "title")
    if len(details.title) > TITLE_LENGTH:
        words = _("Shorten the title to %(number)s characters.") % {"number": TITLE_LENGTH}
        yield Problem("title", words, "title")
    if len(details.description) > DESCRIPTION_LENGTH:
        words = _("Shorten the description to %(number)s characters.")
        yield Problem("description", words % {"number": DESCRIPTION_LENGTH}, "description")
    if details.language and details.language not in dict(languages()):
        yield Problem("language", _("Choose a language from the list."), "language")
    if details.evidence_on is not None and details.evidence_on > today:
        words = _("This day is in the future. Enter the day that the document is about.")
        yield Problem("future", words, "evidence_on")
    if (
        details.evidence_on is not None
        and details.expires_on is not None
        and details.expires_on < details.evidence_on
    ):
        words = _("The document expires before the day that it is about. Correct one of the two.")
        yield Problem("order", words, "expires_on")
