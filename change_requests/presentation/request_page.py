"""The page of a change request in words: its lines, who acts next, and its history."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import StatusChange
from audit.selectors import status_history
from change_requests.facts.lines import as_change
from change_requests.models import ChangeLine, ChangeRequest
from change_requests.presentation.change_words import kind_of
from change_requests.selectors.requests import lines_of
from change_requests.states import DECISION, ChangeAct, ChangeStatus
from core import clock
from core.access import Access
from core.days import day, days_left, due_tone
from core.text import filled
from security_models.models import EntityIdentifier, SecurityModel
from security_models.presentation.identifier_advice import (
    advice_on,
    compared_with,
    surroundings,
)
from security_models.selectors import current_assignment, facts_of
from security_models.selectors.numbers_and_papers import held_elsewhere, identifiers_of


@dataclass(frozen=True)
class LineRow:
    """One change: what it does, before and after, what looks odd, and what is so now if that is
    neither.
    """

    id: uuid.UUID
    act: str
    kind: str
    before: str
    after: str
    is_removed: bool
    advice: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    now: str = ""


def line_rows(request: ChangeRequest, access: Access) -> list[LineRow]:
    """The lines of a request for its reader. Only staff read which other companies have a number
    (domain 2); once it is decided, nothing is compared.
    """
    lines = lines_of(request)
    if request.is_of_name:
        return [_name_row(request, one) for one in lines]
    model = request.security_model
    assert model is not None  # noqa: S101 - a constraint of the table
    if request.status not in {ChangeStatus.DRAFT, ChangeStatus.OPEN, ChangeStatus.RETURNED}:
        return [_row(one) for one in lines]
    facts, entered = facts_of(model), identifiers_of(model)
    new = [_as_entered(one, model) for one in lines if one.type is not None]
    staff = access.is_staff
    known = [*entered, *new]
    around = compared_with(facts, known) if staff else surroundings(access, facts, known)
    others = held_elsewhere(model, [one.value_hash for one in new]) if staff else {}
    there = {one.pk: one for one in entered}
    advice = {one.pk: advice_on(one, around) for one in new}
    return [
        _row(
            one,
            advice=advice.get(one.pk, []),
            elsewhere=others.get((one.type_id or "", one.value_hash), []),
            now=_now(one, there),
        )
        for one in lines
    ]


def _as_entered(line: ChangeLine, model: SecurityModel) -> EntityIdentifier:
    """The number as if it were entered, for the advice about it."""
    change = as_change(line)
    value = "" if line.type is not None and line.type.masked else change.value
    return EntityIdentifier(
        id=line.pk,
        security_model=model,
        type=line.type,
        value=value,
        value_hash=line.value_hash,
        shown=line.shown,
    )


def _now(line: ChangeLine, there: Mapping[uuid.UUID, EntityIdentifier]) -> str:
    """What is entered now, if it is no longer what the line says."""
    if line.identifier_id is None:
        return ""
    row = there.get(line.identifier_id)
    if row is None:
        return _("no longer entered")
    return "" if row.value_hash == line.before_hash else row.shown


def _row(
    line: ChangeLine,
    *,
    advice: list[str] | None = None,
    elsewhere: list[str] | None = None,
    now: str = "",
) -> LineRow:
    kind = kind_of(line)
    if line.type is not None and line.type_before not in {None, line.type}:
        kind = f"{line.type_before} → {line.type}"
    return LineRow(
        line.pk,
        str(ChangeAct(line.act).label),
        kind,
        line.before_shown,
        line.shown,
        line.act == ChangeAct.REMOVE,
        advice or [],
        elsewhere or [],
        now,
    )


def _name_row(request: ChangeRequest, line: ChangeLine) -> LineRow:
    name = request.trade_account.name
    waits = request.status not in {ChangeStatus.APPROVED, ChangeStatus.DECLINED}
    now = name if waits and name != line.before_shown else ""
    words = str(ChangeAct.RENAME.label), _("Company name")
    return LineRow(line.pk, *words, line.before_shown, line.shown, False, now=now)


# --- who acts next --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """Who acts next, how long it has waited, and by when the program plans to decide."""

    who: str
    waits: str = ""
    due: str = ""
    tone: str = ""


def turn_of(request: ChangeRequest, *, is_staff: bool) -> Turn:
    """Who acts next on a request."""
    if request.status == ChangeStatus.OPEN and request.asked_on is not None:
        due = clock.clock(DECISION).due(request.asked_on)
        left = (due - clock.today()).days
        words = _("%(day)s (%(left)s)") % {"day": day(due), "left": days_left(due, clock.today())}
        return Turn(who_decides(request), _waited(request.asked_on), words, due_tone(left))
    if request.status in {ChangeStatus.DRAFT, ChangeStatus.RETURNED}:
        since = clock.program_date(request.status_at)
        return Turn(_("The company") if is_staff else _("You"), _waited(since))
    return Turn(_("Nobody: it is over"))


def who_decides(request: ChangeRequest) -> str:
    """The specialist in charge, or the program office."""
    model = request.security_model
    assignment = current_assignment(model) if model is not None else None
    if assignment is None:
        return _("The program office")
    return filled(_("%(name)s, SCSS"), name=assignment.staff.name)


def _waited(since: dt.date) -> str:
    days = (clock.today() - since).days
    if days <= 0:
        return _("since today")
    return ngettext("for %(n)s day", "for %(n)s days", days) % {"n": days}


# --- history --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of the life of a request."""

    at: dt.datetime
    who: str
    what: str
    reason: str


def steps_of(request: ChangeRequest, *, is_staff: bool) -> list[Step]:
    """What happened to a request, newest first. Staff read it from the first sending on."""
    moves = list(status_history("change_request", request.pk))
    if is_staff:
        first = next((n for n, one in enumerate(moves) if one.move == "send"), len(moves))
        moves = moves[first:]
    return [_step(one) for one in reversed(moves)]


def _step(change: StatusChange) -> Step:
    words = {
        "begin": _("drafted the request"),
        "send": _("sent it to CBP"),
        "withdraw": _("withdrew it"),
        "return": _("returned it for more"),
        "approve": _("approved it; the changes were made"),
        "decline": _("declined it"),
    }
    return Step(change.at, change.actor_name, words[change.move], change.reason)
