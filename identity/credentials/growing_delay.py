"""The growing delay against guessing (U9).

Failures are counted for the name that was typed, whether or not it exists, and for the network
address. After a few free failures each further one doubles the wait, up to 15 minutes. Nobody is
locked out permanently. Attempts made during a wait are refused without a check and do not lengthen
it. A browser in which the person has signed in before carries a signed cookie and is counted
separately, so a stranger who guesses does not make that person wait. All counts are in the
database, so the delay works while Redis is away.

Limits: a name has 2 free failures, an address 20; then the wait is 5, 10, 20, … seconds up to 15
minutes. Failures count for 24 hours; those of a name end with a completed sign-in.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.db import connection
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.crypto import keyed_hash
from core.errors import Problem
from core.ids import new_secret
from identity.models import SignInEvent, User
from identity.states import SignInStep

FREE_FOR_A_NAME = 2
FREE_FOR_AN_ADDRESS = 20
FIRST_WAIT = dt.timedelta(seconds=5)
LONGEST_WAIT = dt.timedelta(minutes=15)
REMEMBERED = dt.timedelta(hours=24)
DEVICE_SECONDS = 90 * 24 * 60 * 60
DEVICE_SALT = "known-browser"
SHARED_BY = 5
#: If the wait gets this long, the person is told of the guessing.
LONG_WAIT = dt.timedelta(minutes=5)


def name_hash(email: str) -> str:
    """The hash that represents a typed name in the record of attempts."""
    return keyed_hash("sign-in", email.casefold())


def device_cookie() -> str:
    """The name of the cookie whose value :func:`device_note` makes."""
    return f"{settings.SESSION_COOKIE_NAME}_last"


def device_note(request: Any, user: User) -> str:
    """The signed value that a browser carries after a sign-in: the person, the name and the
    browser.

    It does not prove who uses the browser; it only tells that browser from strangers. Up to five
    people may share a browser, the newest first.
    """
    own = f"{user.pk}:{name_hash(user.email)}:{new_secret()}"
    others = [one for one in _entries(request) if not one.startswith(f"{user.pk}:")]
    return "|".join([own, *others[: SHARED_BY - 1]])


def _entries(request: Any) -> list[str]:
    """The people who have signed in with this browser before."""
    try:
        note = request.get_signed_cookie(
            device_cookie(), default="", salt=DEVICE_SALT, max_age=DEVICE_SECONDS
        )
    except BadSignature:
        return []
    return [one for one in str(note).split("|") if one.count(":") == 2]


def device_of(request: Any, email: str) -> str:
    """The known browser of this name that sends the request; empty for an unknown one."""
    wanted = name_hash(email)
    for entry in _entries(request):
        _user_id, name, device = entry.split(":")
        if name == wanted:
            return device
    return ""


def is_known_browser(request: Any, user: User) -> bool:
    """Whether this person has signed in with this browser before, under any address."""
    return any(entry.startswith(f"{user.pk}:") for entry in _entries(request))


def wait_for(email: str, ip: str | None, device: str = "") -> dt.timedelta:
    """The time to wait before the next attempt with this name from this address; zero for none."""
    now = clock.now()
    since = now - REMEMBERED
    own = SignInEvent.objects.filter(email_hash=name_hash(email), device=device, at__gt=since)
    done = own.filter(succeeded=True, step=SignInStep.DONE).aggregate(at=Max("at"))["at"]
    waits = [_left(own.filter(at__gt=done) if done else own, FREE_FOR_A_NAME, now)]
    if ip:
        nearby = SignInEvent.objects.filter(ip=ip, at__gt=since)
        waits.append(_left(nearby, FREE_FOR_AN_ADDRESS, now))
    return max(waits)


def _left(events: Any, free: int, now: dt.datetime) -> dt.timedelta:
    failures = events.aggregate(
        count=Count("pk", filter=Q(succeeded=False)), last=Max("at", filter=Q(succeeded=False))
    )
    if failures["count"] <= free:
        return dt.timedelta()
    until: dt.datetime = failures["last"] + delay_after(failures["count"] - free)
    return max(until - now, dt.timedelta())


def delay_after(failures: int) -> dt.timedelta:
    """The wait after this many failures beyond the free ones."""
    doublings = min(failures - 1, 20)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def failures_to_tell() -> int:
    """The number of failures of one name after which the wait counts as long."""
    count = 1
    while delay_after(count) < LONG_WAIT:
        count += 1
    return FREE_FOR_A_NAME + count


def one_at_a_time(email: str) -> None:
    """Check attempts with this name one after another, each in its transaction.

    Otherwise a hundred guesses sent at once would all pass before the first failure counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [name_hash(email)])


def in_words(wait: dt.timedelta) -> Problem:
    """The refusal, which says how long to wait."""
    seconds = max(1, -(-wait // dt.timedelta(seconds=1)))
    if seconds <= 90:
        span = ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        span = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    words = _("Too many attempts failed. Wait %(span)s, then try again.")
    return Problem("wait", words % {"span": span})
