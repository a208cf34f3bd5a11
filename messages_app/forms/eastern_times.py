"""Times of day as people write them, in Eastern time like every date of the program."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FoldedField

_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)


class TimeOfDayField(FoldedField):
    """A time such as 9:00 a.m., 9 am or 14:30. Its value is always written as 9:00 a.m."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> str:
        """The time in one form. Raises ValidationError for anything else."""
        text: str = super().clean(value)
        if not text:
            return text
        found = read_time(text)
        if found is None:
            words = _("Enter a time, for example 9:00 a.m. or 14:30.")
            raise ValidationError(words, code="invalid")
        return written_time(found)


def read_time(text: str) -> dt.time | None:
    """The time of day that a text means; None if it means none."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match[2] is None:
        return None
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def written_time(time: dt.time) -> str:
    """A time of day as forms show it."""
    return date_format(dt.datetime.combine(dt.date(2000, 1, 1), time), "g:i a")


def instant(day: dt.date, time: str) -> dt.datetime:
    """The instant of a program day at a cleaned time of day."""
    found = read_time(time) or dt.time()
    return dt.datetime.combine(day, found, tzinfo=clock.PROGRAM_ZONE)


def parts_of(at: dt.datetime | None) -> tuple[dt.date | None, str]:
    """An instant as the program day and the time of day that forms show."""
    if at is None:
        return None, ""
    local = at.astimezone(clock.PROGRAM_ZONE)
    return local.date(), written_time(local.time())
