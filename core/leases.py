"""Rows that wait for a worker: claimed, worked on outside any transaction, settled once (R-11).

A claim counts the attempt and puts the row off before the work begins. So another worker skips
it, a worker that dies leaves a row that the next sweep finds, and work that kills its worker
waits before the next attempt instead of looping.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from core import clock
from core.access import Access
from core.tenancy import on_behalf_of

M = TypeVar("M", bound=Model)

#: How long one sweep works; the next one goes on.
SWEEP_BUDGET = dt.timedelta(seconds=45)
#: The columns of attempts are small numbers; what never ends is no longer counted beyond.
_ATTEMPTS_COUNTED = 10_000


@dataclass(frozen=True)
class Leases(Generic[M]):
    """How the rows of one kind are claimed.

    ``waiting`` is the query of rows that wait, ``attempts`` and ``due`` are the names of their
    columns, ``length`` is how long a claim holds, ``actor`` is on whose behalf the work is done.
    """

    waiting: Callable[[], QuerySet[M]]
    attempts: str
    due: str
    length: dt.timedelta
    actor: Callable[[], Access]

    def claim(self, row_id: Any, *, gives_up: Callable[[M], bool]) -> M | None:
        """The row, if it is due and nobody else is at it.

        ``gives_up`` decides, inside the claim's transaction, whether it was tried often enough;
        it writes what follows from that.
        """
        with on_behalf_of(self.actor()):
            due = self.waiting().filter(**{"pk": row_id, f"{self.due}__lte": clock.now()})
            row = due.select_for_update(skip_locked=True).first()
            if row is None or gives_up(row):
                return None
            tried = getattr(row, self.attempts)
            setattr(row, self.attempts, min(tried + 1, _ATTEMPTS_COUNTED))
            setattr(row, self.due, clock.now() + self.length)
            row.save(update_fields=[self.attempts, self.due])
            return row

    def renew(self, row: M) -> None:
        """Begin the lease anew: the work goes on, whatever it took until now."""
        with on_behalf_of(self.actor()):
            self.waiting().filter(pk=row.pk).update(**{self.due: clock.now() + self.length})


def in_time(row_ids: Iterable[Any], budget: dt.timedelta = SWEEP_BUDGET) -> Iterator[Any]:
    """The rows of a sweep one by one, until its time is up."""
    until = clock.now() + budget
    for row_id in row_ids:
        yield row_id
        if clock.now() > until:
            return
