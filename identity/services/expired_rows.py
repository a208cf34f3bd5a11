"""Deletes rows whose time is over: attempts, emailed links, challenges."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock
from identity.models import MailedLink, SignInEvent, UsedChallenge

#: A challenge counts for five minutes; after that it can't be answered a second time.
CHALLENGES_KEPT = dt.timedelta(hours=1)


@transaction.atomic
def sweep_outlived() -> dict[str, int]:
    """Delete rows that are no longer used, and return how many of each kind.

    Attempts to sign in count for 24 hours and are read by their person as a history, so they stay
    a year. Links stay 30 days beyond their end, for the helpdesk's questions. Both hold addresses,
    also of people who never registered. What was done stays in the record of events.

    """
    now = clock.now()
    history = dt.timedelta(days=clock.clock("sign_in_history").length)
    links = dt.timedelta(days=clock.clock("ended_link").length)
    old = {
        "attempts": SignInEvent.objects.filter(at__lte=now - history),
        "links": MailedLink.objects.filter(expires_at__lte=now - links),
        "challenges": UsedChallenge.objects.filter(used_at__lte=now - CHALLENGES_KEPT),
    }
    return {name: rows.delete()[0] for name, rows in old.items()}
