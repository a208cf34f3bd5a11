"""The big numbers at the top of the home page; each links to what it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.contributions import Task
from core.days import SOON_DAYS
from core.due_calendar import LATE, periods
from core.links import path_to
from core.program_days import DAY
from portal.account_work import EXPIRING_DAYS, Work

#: What can wait in an account: the names of the numbers of ``Work``.
WAITING: Mapping[str, Any] = {
    "returned": gettext_lazy("Returned to you"),
    "officer": gettext_lazy("Waiting for an Officer"),
    "unread": gettext_lazy("Unread messages"),
    "svi": gettext_lazy("SVI requests"),
    "expiring": gettext_lazy("Evidence that expires soon"),
}


@dataclass(frozen=True)
class Figure:
    """A number with its words and the page that shows what it counts; ``hot`` ones stand out."""

    count: int
    label: str
    url: str
    note: str = ""
    hot: bool = False


def figures_of_one(tasks: list[Task]) -> list[Figure]:
    """Those of a reader with one account: each links to the tasks that it counts."""
    today = clock.today()
    mine = [task for task in tasks if task.mine]
    returned = sum(task.status == "returned" for task in mine)
    due = sum(task.due is not None and (task.due - today).days <= SOON_DAYS for task in mine)
    others = len(tasks) - len(mine)
    url = path_to("portal:tasks")
    return [
        Figure(len(mine), _("Tasks for you"), url),
        Figure(due, _("Due within two weeks"), url, hot=bool(due)),
        Figure(returned, _("Returned to you"), url, hot=bool(returned)),
        Figure(others, _("Waiting for others"), url),
    ]


def figures_of_many(work: Work) -> list[Figure]:
    """Those across several accounts: each links to the list that shows what it counts."""
    return [
        _due(work),
        _waiting("returned", len(work.returned), _of_criteria(work.returned), hot=True),
        _waiting("officer", len(work.officer)),
        _waiting("unread", sum(work.unread.values()), _in_accounts(work.unread)),
        _waiting("svi", sum(work.svi.values()), _in_accounts(work.svi)),
        _waiting("expiring", sum(work.expiring.values()), _soon(work.expiring)),
    ]


def _due(work: Work) -> Figure:
    """The accounts with something due in this month, and how many are late."""
    today = clock.today()
    month = next(one for one in periods(today) if one.value != LATE)
    due = {one.security_model_id for one in work.dates if month.first <= one.on <= month.last}
    late = {one.security_model_id for one in work.dates if one.on < today}
    words = ngettext("%(n)s account is late", "%(n)s accounts are late", len(late))
    note = words % {"n": len(late)} if late else ""
    label = _("Due in %(month)s") % {"month": month.words}
    # With nothing left in this month, the late ones are what the reader looks for.
    period = LATE if late and not due else month.value
    is_near = any(one.on <= min(month.last, today + SOON_DAYS * DAY) for one in work.dates)
    return Figure(len(due), label, _home(due=period), note, is_near)


def _waiting(what: str, count: int, note: str = "", *, hot: bool = False) -> Figure:
    url = _home(waits=what)
    return Figure(count, str(WAITING[what]), url, note if count else "", hot and bool(count))


def _home(**query: str) -> str:
    ((name, value),) = query.items()
    return f"{path_to('portal:home')}?{name}={value}#accounts"


def _of_criteria(returned: Mapping[Any, int]) -> str:
    n = sum(returned.values())
    return ngettext("%(n)s criterion or part", "%(n)s criteria and parts", n) % {"n": n}


def _in_accounts(counts: Iterable[Any]) -> str:
    n = len(list(counts))
    return ngettext("In %(n)s account", "In %(n)s accounts", n) % {"n": n}


def _soon(counts: Mapping[Any, int]) -> str:
    words = _("In the next %(days)s days, in %(n)s accounts")
    if len(counts) == 1:
        words = _("In the next %(days)s days, in one account")
    return words % {"days": EXPIRING_DAYS, "n": len(counts)}
