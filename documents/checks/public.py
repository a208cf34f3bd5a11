"""What keeps a public document from being saved or published, one pure function each (D1, D5)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Problem
from documents.states import Library


@dataclass(frozen=True)
class PublicDetails:
    """What is said of a public document, besides its file."""

    library: str
    title: str
    type_code: str
    description: str = ""
    business_types: tuple[str, ...] = ()
    language: str = ""
    publish_on: dt.date | None = None
    expires_on: dt.date | None = None
    replaces_id: uuid.UUID | None = None


def days(
    publish_on: dt.date | None, expires_on: dt.date | None, today: dt.date
) -> Iterator[Problem]:
    """It can be read on at least one day to come."""
    if expires_on is None:
        return
    if expires_on < today:
        words = _("This day is over. Enter a later one, or leave it empty.")
        yield Problem("past", words, "expires_on")
    elif publish_on is not None and expires_on < publish_on:
        words = _("It would expire before it is published. Correct one of the two days.")
        yield Problem("order", words, "expires_on")


def audience(library: str, business_types: Collection[str]) -> Iterator[Problem]:
    """Business types narrow the library of contacts only."""
    if business_types and library != Library.CONTACTS:
        words = _("Business types narrow C-TPAT Public only. Choose none for Trade Public.")
        yield Problem("narrows_nothing", words, "business_types")


def checked(*, is_clean: bool, state: str) -> Iterator[Problem]:
    """Nothing unscanned is published (D5)."""
    if not is_clean:
        words = _("The file can't be opened yet: %(state)s. Publish once it is checked.")
        yield Problem("unscanned", words % {"state": state})
