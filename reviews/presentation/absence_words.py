"""What is said of specialists who are away or disabled, to management and to themselves."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from core.links import path_to
from core.text import filled
from identity.models import User
from identity.providers import Onward
from reviews.selectors.staffing import partner_count
from security_models.policies import P


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


def partners_left(access: Access, user: User) -> list[Onward]:
    """The partners of a disabled specialist, for whoever can hand them over."""
    if not access.has(P.ASSIGN) or not (n := partner_count(user)):
        return []
    words = ngettext(
        "%(n)s partner is still assigned to this user. Hand it over, or choose a cover.",
        "%(n)s partners are still assigned to this user. Hand them over, or choose a cover.",
        n,
    )
    url = path_to("reviews:specialist", user_id=user.pk)
    return [Onward(words % {"n": n}, url, _("Go to cover and hand-over"))]


def specialist_words(user: User) -> str:
    """The name of a specialist, and that they are disabled."""
    return filled(_("%(name)s (disabled)"), name=user.name) if user.disabled_at else user.name


def _day(person: Any) -> str:
    return date_format(person.away_until, "M j, Y")
