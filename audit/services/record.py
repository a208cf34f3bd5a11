"""Writes the record, in the transaction of the act: if it cannot be written, the act does not
happen.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from audit.models import Event, StatusChange, SweepRun
from audit.scopes import Scope
from core import clock
from core.access import Access
from core.concurrency import one_at_a_time


def record(
    kind: str,
    *,
    actor: Access,
    scope: Scope,
    subject: tuple[str, uuid.UUID] | None = None,
    **data: Any,
) -> Event:
    """Add an event of a registered kind (``providers.event_kinds``); ``data`` fills its words."""
    event = _event(kind, actor, scope, subject, data)
    event.save(force_insert=True)
    return event


def record_many(
    kind: str, *, actor: Access, about: Iterable[tuple[Scope, dict[str, Any]]]
) -> list[Event]:
    """The same for one act on many scopes, each with its data, in one statement."""
    return Event.objects.bulk_create(
        _event(kind, actor, scope, None, data) for scope, data in about
    )


def _event(
    kind: str,
    actor: Access,
    scope: Scope,
    subject: tuple[str, uuid.UUID] | None,
    data: dict[str, Any],
) -> Event:
    subject_kind, subject_id = subject or ("", None)
    return Event(
        at=clock.now(),
        kind=kind,
        actor_id=actor.user_id,
        actor_name=actor.name,
        actor_role=",".join(sorted(actor.roles))[:40],
        via=actor.via,
        reason=actor.reason,
        scope_kind=scope.kind,
        scope_id=scope.id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        data=data,
        ip=actor.ip or None,
        request_id=actor.request_id,
    )


def record_status(
    *,
    actor: Access,
    scope: Scope,
    thing: str,
    thing_id: uuid.UUID,
    move: str,
    before: str,
    after: str,
    reason: str = "",
) -> StatusChange:
    """Add a status change; only the transition machine and the creation of a thing call this."""
    return StatusChange.objects.create(
        at=clock.now(),
        on=clock.today(),
        thing=thing,
        thing_id=thing_id,
        move=move,
        before=before,
        after=after,
        actor_id=actor.user_id,
        actor_name=actor.name,
        reason=reason,
        scope_kind=scope.kind,
        scope_id=scope.id,
    )


def record_statuses(
    *,
    actor: Access,
    thing: str,
    move: str,
    after: str,
    about: Iterable[tuple[Scope, uuid.UUID, str]],
    reason: str = "",
) -> None:
    """The same move of many things, in one statement; ``about`` is the owner, the id and the state
    before of each. Only the transition machine calls this.
    """
    now, today = clock.now(), clock.today()
    StatusChange.objects.bulk_create(
        StatusChange(
            at=now,
            on=today,
            thing=thing,
            thing_id=thing_id,
            move=move,
            before=before,
            after=after,
            actor_id=actor.user_id,
            actor_name=actor.name,
            reason=reason,
            scope_kind=scope.kind,
            scope_id=scope.id,
        )
        for scope, thing_id, before in about
    )


@contextmanager
def sweep_lock(name: str) -> Iterator[SweepRun | None]:
    """Run only one sweep of that name at a time, and record it; yields None if another one is
    running.

    The caller writes what it did into ``run.done``. Needs a transaction: the advisory lock ends
    with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"sweep:{name}"])
        free = cursor.fetchone()[0]
    if not free:
        yield None
        return
    run = SweepRun(sweep=name, started_at=clock.now(), day=clock.today())
    yield run
    run.finished_at = clock.now()
    run.save(force_insert=True)


def note_sweep(name: str, **done: int) -> None:
    """Record that a sweep which commits as it goes has finished.

    Such a sweep runs every minute; it keeps one row for each day, with the totals of what it did.
    """
    now = clock.now()
    one_at_a_time(f"note:{name}")
    run, _new = SweepRun.objects.get_or_create(
        sweep=name, day=clock.today(), defaults={"started_at": now}
    )
    run.done = {key: run.done.get(key, 0) + count for key, count in done.items()}
    run.finished_at = now
    run.save(update_fields=["done", "finished_at"])
