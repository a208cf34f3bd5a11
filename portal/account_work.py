"""What waits in each C-TPAT account of the reader: due dates, returns, unread threads, expiring
evidence. For the home page and the list of accounts; one statement besides those of the apps.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, QuerySet, Value

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.contributions import DueDate, Task, dates_of, tasks_of
from core.program_days import DAY
from documents.models import Document
from documents.states import DocumentStatus
from messages_app.selectors.threads import unread_threads
from security_models.selectors.workplaces import accounts_of_contact
from security_profile.to_do import returned_of

#: Evidence that expires within so many days is counted.
EXPIRING_DAYS = 60
_UNREAD, _EXPIRING = "unread", "expiring"


@dataclass(frozen=True)
class Counts:
    """How many unread threads and expiring documents each C-TPAT account has."""

    unread: Mapping[uuid.UUID, int] = field(default_factory=dict)
    expiring: Mapping[uuid.UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What waits for the reader. Numbers are by C-TPAT account: returned criteria, unread threads,
    expiring documents, signatures that wait for an Officer, requests of SVI.
    """

    tasks: list[Task]
    dates: list[DueDate]
    returned: Mapping[uuid.UUID, int]
    unread: Mapping[uuid.UUID, int]
    expiring: Mapping[uuid.UUID, int]
    officer: Mapping[uuid.UUID, int]
    svi: Mapping[uuid.UUID, int]

    @cached_property
    def by_model(self) -> dict[uuid.UUID, list[Task]]:
        """The tasks of each C-TPAT account."""
        found: dict[uuid.UUID, list[Task]] = {}
        for task in self.tasks:
            if task.security_model_id is not None:
                found.setdefault(task.security_model_id, []).append(task)
        return found


def work_of(access: Access) -> Work:
    """What waits for the reader in all accounts; the access remembers what is read."""
    tasks, counts = tasks_of(access, None), counts_of(access)
    return Work(
        tasks=tasks,
        dates=dates_of(access),
        returned=returned_of(access),
        unread=counts.unread,
        expiring=counts.expiring,
        officer=_of_kind(tasks, "officer"),
        svi=_of_kind(tasks, "svi"),
    )


def next_dates(dates: Iterable[DueDate]) -> dict[uuid.UUID, DueDate]:
    """The earliest due date of each C-TPAT account; the dates come in their order."""
    found: dict[uuid.UUID, DueDate] = {}
    for one in dates:
        found.setdefault(one.security_model_id, one)
    return found


def _of_kind(tasks: Iterable[Task], kind: str) -> Counter[uuid.UUID]:
    """How many things the tasks of a kind are about, by C-TPAT account."""
    found: Counter[uuid.UUID] = Counter()
    for task in tasks:
        if task.kind == kind and task.security_model_id is not None:
            found[task.security_model_id] += task.count
    return found


def counts_of(access: Access) -> Counts:
    """Unread threads and expiring evidence by account; one statement."""
    if access.user_id is None or access.is_staff:
        return Counts()
    rows = _counted(clock.today()).rows(user_id=access.user_id)
    return Counts(
        {model: n for what, model, n in rows if what == _UNREAD},
        {model: n for what, model, n in rows if what == _EXPIRING},
    )


@lru_cache(maxsize=4)
def _counted(day: dt.date) -> Compiled[Any]:
    def make(user_id: Any) -> QuerySet[Any, Any]:
        last = day + EXPIRING_DAYS * DAY
        documents = Document.objects.filter(
            security_model__in=accounts_of_contact(user_id).values("pk"),
            status=DocumentStatus.IN_LIBRARY,
            expires_on__range=(day, last),
        )
        parts = ((_UNREAD, unread_threads(user_id, "contact")), (_EXPIRING, documents))
        first, second = (_by_model(rows, what) for what, rows in parts)
        return first.union(second, all=True)

    return Compiled(make, user_id=uuid.UUID)


def _by_model(rows: QuerySet[Any], what: str) -> QuerySet[Any, Any]:
    rows = rows.order_by().annotate(what=Value(what)).values("what", "security_model_id")
    return rows.annotate(n=Count("pk")).values_list("what", "security_model_id", "n")
