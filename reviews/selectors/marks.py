"""Reads what people note on items that wait: how they arrange their own queue, and what
others see.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from core import clock
from core.access import Access
from core.compiled import Compiled, any_of
from core.errors import NotVisible
from core.list_pages import Rows
from reviews.models import WorkItem, WorkMark
from reviews.selectors.queue import Periods, periods, portfolio, queue_of
from security_models.models import StaffAssignment
from security_models.policies import covering

Key = tuple[str, uuid.UUID]
PINNED, SNOOZED = "pinned", "snoozed"


@dataclass(frozen=True)
class Marks:
    """The marks of one person. Read before their queue: keys reach the indexes below the view."""

    rows: tuple[WorkMark, ...] = ()

    @property
    def snoozed(self) -> frozenset[Key]:
        """The items that are snoozed today."""
        return frozenset(mark.key for mark in self.rows if mark.is_snoozed)

    @property
    def pinned(self) -> frozenset[Key]:
        """The pinned items."""
        return frozenset(mark.key for mark in self.rows if mark.pinned_at is not None)

    def put_on(self, rows: Sequence[Any]) -> None:
        """Give each item of a page its marks."""
        _put(self.rows, rows)


def marked_queue(partners: Collection[uuid.UUID], marks: Marks) -> Rows:
    """What waits of some partners, ready for a list, with ``is_pinned`` and ``is_snoozed``."""
    pinned, snoozed = _by_kind(PINNED, marks.pinned), _by_kind(SNOOZED, marks.snoozed)
    make = _marked_queue(clock.today(), periods(), tuple(pinned), tuple(snoozed))
    ids = {name: some for (name, _kind), some in (pinned | snoozed).items()}
    return Rows(make, {"partners": list(partners), **ids})


def _by_kind(mark: str, keys: Iterable[Key]) -> dict[tuple[str, str], list[uuid.UUID]]:
    """The ids of marked items by (name of the value, kind of the items)."""
    by_kind: dict[tuple[str, str], list[uuid.UUID]] = {}
    for kind, item_id in sorted(keys):
        by_kind.setdefault((f"{mark}_{kind}", kind), []).append(item_id)
    return by_kind


@lru_cache(maxsize=32)
def _marked_queue(
    _day: dt.date,
    _periods: Periods,
    pinned: tuple[tuple[str, str], ...],
    snoozed: tuple[tuple[str, str], ...],
) -> Callable[..., QuerySet[WorkItem]]:
    """The queue on a program day, with these periods, of someone who marked items of these
    kinds.
    """

    def make(partners: list[uuid.UUID], **ids: list[uuid.UUID]) -> QuerySet[WorkItem]:
        rows = queue_of(partners)
        return rows.annotate(is_pinned=_among(pinned, ids), is_snoozed=_among(snoozed, ids))

    return make


def _among(places: Iterable[tuple[str, str]], ids: Mapping[str, list[uuid.UUID]]) -> Case | Value:
    found = Q()
    for name, kind in places:
        found |= Q(any_of("id", ids[name]), kind=kind)
    if not found:
        return Value(False, output_field=BooleanField())
    return Case(When(found, then=True), default=False, output_field=BooleanField())


def marks_of(access: Access) -> Marks:
    """The marks of the reader; one query."""
    return Marks(tuple(_marks_of(clock.today()).rows(user_id=access.user_id)))


@lru_cache(maxsize=4)
def _marks_of(_day: dt.date) -> Compiled[WorkMark]:
    """The marks of someone that are in force on a program day."""
    return Compiled(
        lambda user_id: in_force().filter(staff=user_id).select_related("staff"), user_id=uuid.UUID
    )


def in_force() -> QuerySet[WorkMark]:
    """Marks whose writer is in charge of the partner, and has been since they were made.

    So a mark ends with the assignment or the cover in which it was made, whoever ends it, and does
    not come back with a later one. The marks of a specialist rest while someone covers for them.
    """
    rows = WorkMark.objects.exclude(staff__in=covering().values("staff"))
    return rows.filter(Exists(_charge_since_made()))


def _charge_since_made() -> QuerySet[StaffAssignment]:
    """The assignment that puts the writer of the outer mark in charge, begun before the mark."""
    absences = covering().filter(recorded_at__lte=OuterRef(OuterRef("made_at")))
    covered = absences.filter(cover=OuterRef(OuterRef("staff"))).values("staff")
    return StaffAssignment.objects.filter(
        Q(staff=OuterRef("staff")) | Q(staff__in=covered),
        security_model=OuterRef("security_model"),
        ended_at=None,
        assigned_at__lte=OuterRef("made_at"),
    )


def put_snoozes(rows: Sequence[Any]) -> None:
    """Give each item of a page everyone's snoozes, which management sees; one query."""
    marks = _snoozes_of(clock.today()).rows(items=[row.id for row in rows])
    _put([mark for mark in marks if mark.is_snoozed], rows)


@lru_cache(maxsize=4)
def _snoozes_of(_day: dt.date) -> Compiled[WorkMark]:
    """The snoozes of items that are in force on a program day."""

    def make(items: list[uuid.UUID]) -> QuerySet[WorkMark]:
        marks = in_force().filter(any_of("item_id", items)).exclude(snoozed_until=None)
        return marks.select_related("staff").order_by("snoozed_until")

    return Compiled(make, items=list)


def _put(marks: Iterable[WorkMark], rows: Sequence[Any]) -> None:
    by_key: dict[Key, list[WorkMark]] = {}
    for mark in marks:
        by_key.setdefault(mark.key, []).append(mark)
    for row in rows:
        row.marks = by_key.get((row.kind, row.id), [])


def item_in_queue(access: Access, kind: str, item_id: uuid.UUID) -> WorkItem:
    """An item of the current model that is in the actor's own queue. Raises NotVisible
    otherwise.
    """
    model = access.security_model
    items = WorkItem.objects.filter(security_model=model.pk, kind=kind, id=item_id).defer("size")
    item = items.select_related("security_model__trade_account").first()
    if item is None or model.pk not in portfolio(access):
        raise NotVisible("work_item")
    return item


def outlived(access: Access) -> QuerySet[WorkMark]:
    """Marks of the actor whose items no longer wait, or that ended with a change of charge."""
    waiting = WorkItem.objects.filter(kind=OuterRef("kind"), id=OuterRef("item_id"))
    is_over = ~Exists(waiting) | ~Exists(_charge_since_made())
    return WorkMark.objects.filter(is_over, staff=access.user_id)
