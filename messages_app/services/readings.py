"""Writes up to when a person has read a thread (M2)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from core.access import Access
from core.tenancy import beyond_tenants
from messages_app.models import Reading, Thread
from messages_app.policies import P
from messages_app.selectors.threads import readers_of

_BEFORE = dt.timedelta(microseconds=1)
#: In one statement, because a list may have as many threads as the program.
_READ_ALL = """
    INSERT INTO messages_app_reading (id, user_id, thread_id, security_model_id, read_until)
    SELECT gen_random_uuid(), %s, found.* FROM ({found}) AS found
    ON CONFLICT (thread_id, user_id) DO UPDATE SET read_until = EXCLUDED.read_until
"""


@beyond_tenants("What a company writes is unread for its specialist, and for colleagues.")
def arrived(thread: Thread) -> None:
    """A message came: it is unread for everyone who reads the account now, and for those who have
    opened the thread before. Whoever becomes a reader later has missed nothing.
    """
    known = Reading.objects.filter(thread=thread)
    known.update(newest_at=thread.last_message_at)
    rows = [
        _reading(thread, user_id, thread.opened_at - _BEFORE)
        for user_id in readers_of(thread.security_model_id)
    ]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)


def read_now(actor: Access, thread: Thread) -> None:
    """The actor has seen everything in a thread up to its newest message."""
    _write(actor, {thread: thread.last_message_at})


@transaction.atomic
def mark_unread(*, actor: Access, thread: Thread) -> Thread:
    """Show a thread as unread again, to this person only."""
    actor.require(P.READ)
    _write(actor, {thread: thread.opened_at - _BEFORE})
    return thread


@transaction.atomic
def read_all(*, actor: Access, rows: QuerySet[Any], until: dt.datetime) -> int:
    """Mark these threads as read for the actor, except those in which something came after
    ``until``; return how many. The caller has chosen among those that the actor reads.
    """
    unread = rows.filter(is_unread=True, last_message_at__lte=until).order_by()
    try:
        found, params = unread.values_list(
            "pk", "security_model_id", "last_message_at"
        ).query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_READ_ALL.format(found=found), [actor.user_id, *params])
        return int(cursor.rowcount)


def _write(actor: Access, until: Mapping[Thread, dt.datetime]) -> None:
    if actor.user_id is None:
        return
    rows = [_reading(thread, actor.user_id, moment) for thread, moment in until.items()]
    Reading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["thread", "user"],
        update_fields=["read_until"],
    )


def _reading(thread: Thread, user_id: uuid.UUID, until: dt.datetime) -> Reading:
    return Reading(
        thread=thread,
        security_model_id=thread.security_model_id,
        user_id=user_id,
        read_until=until,
        newest_at=thread.last_message_at,
    )
