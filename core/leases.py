"""Rows that wait for a worker: claimed, processed outside any transaction, and settled once (R-11).

A claim counts the attempt and postpones the row before the work begins. So other workers skip it,
the next sweep finds it if the worker dies, and work that kills its worker waits before the next
attempt instead of looping.
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

#: How long one sweep works; the next one continues.
SWEEP_BUDGET = dt.timedelta(seconds=45)
#: The columns of attempts are small numbers; beyond this, attempts are not counted.
_ATTEMPTS_COUNTED = 10_000


@dataclass(frozen=True)
class Step:
    """How much one step did, and whether more may be left."""

    done: int = 0
    goes_on: bool = False


@dataclass(frozen=True)
class Leases(Generic[M]):
    """How the rows of one kind are claimed.

    ``waiting`` is the query of rows that wait. ``attempts`` and ``due`` are the names of their
    columns. ``length`` is how long a claim is valid, and ``actor`` is on whose behalf the work is
    done.
    """

    waiting: Callable[[], QuerySet[M]]
    attempts: str
    due: str
    length: dt.timedelta
    actor: Callable[[], Access]

    def claim(self, row_id: Any, *, gives_up: Callable[[M], bool]) -> M | None:
        """The row, if it is due and no other worker has it.

        Inside the transaction of the claim, ``gives_up`` decides whether the row was tried often
        enough, and writes the result.
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

    def due_ids(self, limit: int) -> list[Any]:
        """The ids of rows that are due, the longest due first: new ones whose task was lost, and
        those to try again. The caller acts for the actor.
        """
        due = self.waiting().filter(**{f"{self.due}__lte": clock.now()})
        return list(due.order_by(self.due).values_list("pk", flat=True)[:limit])

    def renew(self, row: M) -> None:
        """Start the lease again: the work continues, however long it took so far."""
        with on_behalf_of(self.actor()):
            self.waiting().filter(pk=row.pk).update(**{self.due: clock.now() + self.length})

    def in_steps(
        self,
        row_id: Any,
        step: Callable[[Any], Step],
        *,
        budget: dt.timedelta,
        hand_on: Callable[[M], None],
    ) -> int:
        """Work on a row step by step, if it is due and no other worker has it; how much was done.

        Each step is a transaction of its own. What is left when the time is over is handed on.
        """
        row = self.claim(row_id, gives_up=lambda _row: False)
        if row is None:
            return 0
        until, done = clock.now() + budget, 0
        while (made := step(row.pk)).goes_on:
            done += made.done
            if clock.now() >= until:
                hand_on(row)
                return done
            self.renew(row)
        return done + made.done


def in_time(row_ids: Iterable[Any], budget: dt.timedelta = SWEEP_BUDGET) -> Iterator[Any]:
    """The rows of a sweep, one by one, until its time is over."""
    until = clock.now() + budget
    for row_id in row_ids:
        yield row_id
        if clock.now() > until:
            return
