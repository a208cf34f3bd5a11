"""Reads the record: timelines and status history."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import QuerySet

from audit.models import Event, StatusChange, SweepRun, What
from audit.providers import event_kinds
from audit.scopes import Scope
from audit.selectors.compared import fact_altered
from audit.selectors.facts import Altered, Found
from core import clock
from core.access import Access


@dataclass(frozen=True)
class Entry:
    """One line of a timeline; ``more`` contains the lines that were folded into it."""

    at: dt.datetime
    who: str
    what: str
    by_staff: bool
    more: tuple[Entry, ...] = ()


def events_for(scope: Scope, *, access: Access) -> QuerySet[Event]:
    """Events of a scope, newest first; partners do not see the kinds for staff."""
    return events_read_by(access).filter(scope_kind=scope.kind, scope_id=scope.id)


def events_read_by(access: Access) -> QuerySet[Event]:
    """Events of any scope as this reader gets them; the caller limits the scopes."""
    events = Event.objects.order_by("-at", "-id").annotate(altered=fact_altered(Event, "pk"))
    if access.is_staff or access.is_system:
        return events
    return events.filter(kind__in=event_kinds.partner_kinds())


def require_recorded(events: Iterable[Event]) -> list[Event]:
    """Events as :func:`events_for` reads them, if none was changed; otherwise raises Altered."""
    read = list(events)
    wrong = [one.pk for one in read if getattr(one, "altered", False)]
    if wrong:
        raise Altered([Found(Event._meta.db_table, str(one), What.ALTERED) for one in wrong])
    return read


def timeline(events: QuerySet[Event] | list[Event]) -> Iterator[Entry]:
    """Events as lines to read; files that one person added in a row are one line.

    Raises Altered if an event is not what was recorded (A5).
    """
    events = require_recorded(events)
    for (family, _actor, _day), group in groupby(events, key=_run_of):
        run = list(group)
        entries = tuple(map(_entry, run))
        words = _words_for(family, run) if len(run) > 1 else ""
        if words:
            yield replace(entries[0], what=words, more=entries)
        else:
            yield from entries


def _words_for(family: str, run: list[Event]) -> str:
    """The words for a run: those of its leading kind, however many of another kind accompany it."""
    leading = [one for one in run if one.kind == family] or run
    if len(leading) == 1:
        return event_kinds.sentence(leading[0].kind, leading[0].data)
    return event_kinds.folded(leading[0].kind, len(leading))


def _run_of(event: Event) -> tuple[str, object, dt.date]:
    who = event.actor_id or event.actor_name or event.reason
    return event_kinds.family(event.kind), who, clock.program_date(event.at)


def _entry(event: Event) -> Entry:
    return Entry(
        at=event.at,
        who=event.actor_name or event.reason,
        what=event_kinds.sentence(event.kind, event.data),
        by_staff=event.actor_role in {"scss", "management", "program_admin", "helpdesk"},
    )


def status_history(thing: str, thing_id: uuid.UUID) -> QuerySet[StatusChange]:
    """The moves of one thing, oldest first."""
    return StatusChange.objects.filter(thing=thing, thing_id=thing_id).order_by("at", "id")


def moves_since(day: dt.date) -> QuerySet[StatusChange]:
    """Every move since a program day, that day included: what a clock may have to look at again."""
    return StatusChange.objects.filter(on__gte=day)


def newest_sweep(sweep: str) -> SweepRun | None:
    """The newest finished run of a sweep, for ``/readyz``."""
    finished = SweepRun.objects.filter(sweep=sweep, finished_at__isnull=False)
    return finished.order_by("-started_at").first()


def served_until(sweep: str, today: dt.date) -> dt.date | None:
    """The newest day, today or earlier, on which a sweep has served everything that was due.

    None if there is none. A run in which something failed or differed, or that stopped at its
    limit, is left out, so that the next one looks at the same days again.
    """
    runs = SweepRun.objects.filter(sweep=sweep, finished_at__isnull=False, error="")
    whole = runs.filter(day__lte=today).exclude(done__has_any_keys=["differ", "more"])
    return whole.order_by("-day").values_list("day", flat=True).first()
