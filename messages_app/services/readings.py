"""Writes up to when a person has read a thread (M2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction

from core.access import Access
from messages_app.models import Reading, Thread
from messages_app.policies import P

_BEFORE = dt.timedelta(microseconds=1)


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
def mark_many(*, actor: Access, threads: Collection[Thread], unread: bool) -> int:
    """Mark the threads that the actor reads; the caller has chosen among those only."""
    until = {one: one.opened_at - _BEFORE if unread else one.last_message_at for one in threads}
    _write(actor, until)
    return len(threads)


def _write(actor: Access, until: Mapping[Thread, dt.datetime]) -> None:
    if actor.user_id is None:
        return
    rows = [
        Reading(
            thread=thread,
            security_model_id=thread.security_model_id,
            user_id=actor.user_id,
            read_until=moment,
        )
        for thread, moment in until.items()
    ]
    Reading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["thread", "user"],
        update_fields=["read_until"],
    )
