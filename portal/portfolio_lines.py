"""The rows of the home page in words, with their links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core import clock
from core.contributions import DueDate, Task
from core.days import due_tone
from portal.account_work import Work
from portal.looks import STATUSES
from portal.overview import Row, due_words, written
from portal.switcher_lines import DueShown, due_shown
from security_models import page_links


@dataclass(frozen=True)
class TypeWords:
    """A business type of an account: its name, its account number, the code of its status."""

    name: str
    number: str
    status: str


@dataclass(frozen=True)
class NextWords:
    """The next step for an account, or what is due; ``tone`` is the class of its due date."""

    url: str
    title: str
    due: str
    tone: str


@dataclass(frozen=True)
class AccountLine:
    """One line of the portfolio in words, with its links. ``coming`` is what is due next, and
    ``profile`` the code of where its profile stands.
    """

    id: str
    url: str
    name: str
    reference: str
    types: tuple[TypeWords, ...]
    scss: str
    started: str
    next: NextWords | None
    dates: tuple[NextWords, ...]
    coming: DueShown | None
    profile: str
    returned: int
    unread: int


def account_line(
    model: Any, task: Task | None, dates: Iterable[DueDate], coming: DueDate | None, work: Work
) -> AccountLine:
    """The line of an account; a date that is that of the next step is not named twice."""
    return AccountLine(
        id=str(model.pk),
        url=page_links.glance(model),
        name=model.trade_account.name,
        reference=model.reference,
        types=tuple(
            TypeWords(one["name"], one["number"] or "", one["status"])
            for one in model.identity_types
        ),
        scss=model.scss_name or "",
        started=written(model.started_on),
        next=_next(Row(task)) if task else None,
        dates=tuple(
            _due_date(one)
            for one in dates
            if task is None or (one.url, one.on) != (task.url, task.due)
        ),
        coming=due_shown(coming) if coming is not None else None,
        profile=profile_of(model, work),
        returned=work.returned.get(model.pk, 0),
        unread=work.unread.get(model.pk, 0),
    )


def _due_date(one: DueDate) -> NextWords:
    left = (one.on - clock.today()).days
    return NextWords(one.url, str(one.title), due_words(one.on), due_tone(left))


def _next(row: Row) -> NextWords:
    tone = "late" if row.late else "soon" if row.soon else ""
    return NextWords(row.url, str(row.title), row.due, tone)


def profile_of(model: Any, work: Work) -> str:
    """The code of where the profile of an account stands; empty if nothing is open in it."""
    if model.pk in work.returned:
        return "returned"
    if model.pk in work.officer:
        return "waiting-officer"
    own = work.by_model.get(model.pk, ())
    if any(task.status == "with_cbp" for task in own):
        return "with-cbp"
    return "in-progress" if any(task.mine for task in own) else ""


def profile_words(model: Any, work: Work) -> str:
    """The same in words, for an export."""
    code = profile_of(model, work)
    return str(STATUSES[code].words) if code else ""
