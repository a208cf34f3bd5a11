"""Companies of the directory as rows to choose from; lists of names matched with them (SVI3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.days import day
from core.text import fold
from security_models.models import SecurityModel
from svi.models import DirectoryEntry, DirectoryType, Monitoring
from svi.selectors.directory import types_of
from svi.selectors.relations import closed_to, newest_with
from svi.states import BLOCKING, LISTED, MonitoringStatus

#: So many companies whose names contain a line are suggested for it.
MOST_SUGGESTED = 5


@dataclass(frozen=True)
class Choice:
    """A company that was found; it can be chosen unless it stands on the account's list."""

    entry: DirectoryEntry
    types: Sequence[DirectoryType]
    can_be_asked: bool
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a list with the company that it names, or those that it may mean."""

    typed: str
    match: Choice | None
    suggestions: tuple[Choice, ...] = ()


def choices(
    model: SecurityModel, entries: Sequence[DirectoryEntry], *, to_monitor: bool = False
) -> list[Choice]:
    """What was found for an account, with what is already between the two; three queries."""
    types, ids = types_of(entries), [one.pk for one in entries]
    newest = newest_with(model, ids, to_monitor=to_monitor)
    closed = closed_to(model, ids)
    return [_choice(model, one, types, newest.get(one.pk), one.pk in closed) for one in entries]


def _choice(
    model: SecurityModel,
    entry: DirectoryEntry,
    types: Mapping[uuid.UUID, Sequence[DirectoryType]],
    before: Monitoring | None,
    is_closed: bool,
) -> Choice:
    is_listed = before is not None and before.status in LISTED
    note = _note_of(model, before) if before is not None else ""
    if is_closed and not is_listed:
        note = _("Takes no requests from you at the moment")
    return Choice(entry, types.get(entry.pk, ()), not (is_listed or is_closed), note)


def _note_of(model: SecurityModel, before: Monitoring) -> str:
    """What is between the account and a company, from the side of the account."""
    if before.status == MonitoringStatus.ACCEPTED:
        when = day(clock.program_date(before.status_at))
        if before.monitor_id == model.pk:
            return _("You have monitored it since %(when)s") % {"when": when}
        return _("Has monitored you since %(when)s") % {"when": when}
    return _note(before) if before.asker_id == model.pk else _note_of_asked(before)


def _note(before: Monitoring) -> str:
    """What became of the newest request to a company."""
    when = day(clock.program_date(before.status_at))
    if before.status == MonitoringStatus.PENDING:
        return _("Asked on %(when)s, not answered yet") % {"when": when}
    if before.status in BLOCKING:
        return _("Takes no requests from you since %(when)s") % {"when": when}
    if before.status == MonitoringStatus.REMOVED:
        return _("Removed you on %(when)s; you can ask again") % {"when": when}
    return ""


def _note_of_asked(before: Monitoring) -> str:
    """What became of the newest request of that company: the account itself decides."""
    when = day(clock.program_date(before.status_at))
    if before.status == MonitoringStatus.PENDING:
        return _("Asked you on %(when)s; answer it on your list") % {"when": when}
    if before.status in BLOCKING:
        return _("Blocked by you since %(when)s; accept it on your list") % {"when": when}
    return ""


def matched(
    lines: Iterable[str], found: Sequence[Choice], numbered: Mapping[str, uuid.UUID]
) -> list[Line]:
    """Each line with the one company that it names, by name, other name or account number."""
    by_id: dict[uuid.UUID | None, Choice] = {one.entry.pk: one for one in found}
    return [_line(typed, found, by_id.get(numbered.get(typed))) for typed in lines]


def _line(typed: str, found: Sequence[Choice], numbered: Choice | None) -> Line:
    wanted = fold(typed)
    same = [one for one in found if wanted in _names(one)]
    if numbered is not None or len(same) == 1:
        return Line(typed, numbered or same[0])
    near = same or [one for one in found if any(wanted in name for name in _names(one))]
    return Line(typed, None, tuple(near[:MOST_SUGGESTED]))


def _names(choice: Choice) -> list[str]:
    entry: Any = choice.entry
    return [fold(name) for name in (entry.name, entry.doing_business_as) if name]
