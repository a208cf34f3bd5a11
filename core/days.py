"""Program days, and instants for their reader, in words."""

from __future__ import annotations

import argparse
import datetime as dt
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.program_days import DAY
from core.text import filled


def day(date: dt.date) -> str:
    """A program date with the name of its month: Nov 30, 2026."""
    return _written(date, get_language())


@lru_cache(maxsize=512)
def _written(date: dt.date, _language: str) -> str:
    """Lists write the same few days in row after row."""
    return str(date_format(date, "M j, Y"))


def example_day(today: dt.date) -> str:
    """A day near today that nobody reads as another one: the last of the month before."""
    return day(today.replace(day=1) - DAY)


def coming_example(today: dt.date) -> str:
    """A day to come, for what lies ahead: the last of the next month."""
    over = (today.replace(day=1) + 62 * DAY).replace(day=1)
    return day(over - DAY)


def moment(at: dt.datetime) -> str:
    """An instant in the time zone of the reader: Nov 30, 2026, 2:05 p.m."""
    return str(date_format(localtime(at), "M j, Y, g:i a"))


def by_and_when(name: str, at: dt.datetime) -> str:
    """Who did something, and when, for its reader."""
    return filled(_("%(name)s on %(when)s"), name=name, when=moment(at))


def days_left(due: dt.date, today: dt.date) -> str:
    """The distance of a day from ``today``: "today", "tomorrow", "in 7 days", "1 day late"."""
    days = (due - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 0:
        return _("in %(days)s days") % {"days": days}
    return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}


#: How near a due day is shown as near.
SOON_DAYS = 14


def due_tone(days: int) -> str:
    """The class of a due date so many days ahead: passed, near, or empty for others."""
    if days < 0:
        return "late"
    return "soon" if days <= SOON_DAYS else ""


def day_in_address(text: str) -> dt.date | None:
    """The day that an address names, as YYYY-MM-DD; None if it names none."""
    try:
        return day_given(text)
    except argparse.ArgumentTypeError:
        return None


def day_given(text: str) -> dt.date:
    """The day that an option of a command names; the command says how to write it otherwise."""
    try:
        given = dt.date.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or given.isoformat() != text or not 1970 <= given.year <= 2999:
        raise argparse.ArgumentTypeError("Write the day as YYYY-MM-DD, such as 2027-03-01.")
    return given
