"""What is said of an absence: to management who recorded it, and to the person who is away."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.text import filled


def absence_recorded(person: Any) -> str:
    """What is true of a specialist once management saved an absence or its end."""
    if person.away_until is None:
        words = _("%(name)s is back at work.")
        if person.is_disabled:
            words = _("No absence is recorded for %(name)s now. The sign-in is still disabled.")
        return filled(words, name=person.name)
    words = _("%(name)s is away until %(day)s. Nobody covers.")
    if person.cover_name:
        words = _("%(name)s is away until %(day)s. %(cover)s covers and gets an email.")
    return filled(words, name=person.name, day=_day(person), cover=person.cover_name)


def own_absence(person: Any) -> str:
    """What someone reads above their own queue while they are recorded as away; else empty."""
    if person is None:
        return ""
    words = _("You are recorded as away until %(day)s. Nobody covers for you.")
    if person.cover_name:
        words = _(
            "You are recorded as away until %(day)s. %(cover)s covers for you and sees your items."
        )
    return filled(words, day=_day(person), cover=person.cover_name)


def _day(person: Any) -> str:
    return date_format(person.away_until, "M j, Y")
