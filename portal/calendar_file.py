"""Due dates as a file for calendar programs (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from core import clock
from core.contributions import DueDate
from core.program_days import DAY
from core.text import filled

#: How long before a due date its reminder comes.
REMINDED_BEFORE = dt.timedelta(days=7)
#: How often programs should read the calendar.
READ_EVERY = dt.timedelta(hours=6)


def calendar_file(dates: Iterable[DueDate], *, reminds: bool) -> bytes:
    """The calendar with an event for each due date, which lasts the whole program day."""
    calendar = Calendar()
    calendar.add("prodid", "-//Partner Portal//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("%(portal)s: due dates") % {"portal": settings.PORTAL_NAME}
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_EVERY, parameters={"VALUE": "DURATION"})
    for one in dates:
        calendar.add_component(_event(one, reminds=reminds))
    return calendar.to_ical()


def _event(date: DueDate, *, reminds: bool) -> Event:
    """One due date: whose it is, what is due, and where. It says nothing of any answer."""
    event = Event()
    link = f"{settings.SITE_URL}{date.url}"
    title = filled(_("%(account)s: %(title)s"), account=date.account_name, title=str(date.title))
    event.add("uid", f"{date.key}@{urlsplit(settings.SITE_URL).hostname}")
    # The program publishes the calendar now (METHOD); the date itself has stood since a day.
    event.add("dtstamp", clock.now())
    event.add("last-modified", _begin_of(date.since))
    event.add("summary", title)
    event.add("dtstart", date.on)
    event.add("dtend", date.on + DAY)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("url", link)
    event.add("description", _("Due by 11:59 p.m. Eastern time.") + f"\n{link}")
    if reminds:
        event.add_component(_alarm(title))
    return event


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -REMINDED_BEFORE)
    return alarm


def _begin_of(day: dt.date) -> dt.datetime:
    begin = dt.datetime.combine(day, dt.time(), tzinfo=clock.PROGRAM_ZONE)
    return begin.astimezone(dt.UTC)
