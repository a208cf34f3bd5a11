"""Reads the queue of a specialist and all open work, of every registered kind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Access
from core.compiled import Compiled, any_of
from core.staff_work import WaitsFor, kind, kinds
from identity.models import User
from reviews.models import WorkItem
from reviews.selectors.staffing import at_work, with_staff
from security_models.grants import numbered
from security_models.models import BusinessTypeAccount, SecurityModel, StaffAssignment
from security_models.policies import in_charge, shown_status

#: Upper limits, in days, of the buckets of the chart of ageing.
AGE_BUCKETS = (
    (15, _("0–15 days")),
    (30, _("16–30 days")),
    (60, _("31–60 days")),
    (90, _("61–90 days")),
    (None, _("Over 90 days")),
)
OLD_DAYS = 60
#: The clocks that due dates follow, each with its period.
Periods = tuple[tuple[str, dt.timedelta], ...]


def open_work() -> QuerySet[Any]:
    """Everything that waits, each with ``due_on``, ready for a list.

    ``size`` is left out: it is computed only for rows that are sorted by it.
    """
    return _open_work(periods())


def _open_work(periods: Iterable[tuple[str, dt.timedelta]]) -> QuerySet[Any]:
    rows = WorkItem.objects.select_related("security_model__trade_account").defer("size")
    return rows.annotate(due_on=_due_on(periods))


def portfolio(access: Access) -> dict[uuid.UUID, str]:
    """The partners that the actor looks after, by id; the value names the colleague whom the actor
    covers for.

    Read before their work: ids reach the indexes below the view, a subquery of ids does not.
    """
    me = access.user_id
    mine = _in_charge(clock.today()).rows(user_id=me)
    return {model_id: "" if staff_id == me else _name(*name) for model_id, staff_id, *name in mine}


@lru_cache(maxsize=4)
def _in_charge(_day: dt.date) -> Compiled[Any]:
    """The partners that someone looks after on a program day, with their specialist."""

    def make(user_id: uuid.UUID) -> QuerySet[Any, Any]:
        columns = ("staff__first_name", "staff__last_name", "staff__email")
        mine = StaffAssignment.objects.filter(in_charge(user_id))
        return mine.values_list("security_model_id", "staff_id", *columns)

    return Compiled(make, user_id=uuid.UUID)


def partners_of(access: Access) -> QuerySet[SecurityModel]:
    """The same partners with their companies."""
    partners = SecurityModel.objects.filter(pk__in=list(portfolio(access)))
    return partners.select_related("trade_account")


def _name(first: str, last: str, email: str) -> str:
    return User(first_name=first, last_name=last, email=email).name


def queue_of(partners: Collection[uuid.UUID]) -> QuerySet[Any]:
    """What waits of some partners, ready for a list."""
    return open_work().filter(any_of("security_model", partners))


def all_open_work() -> QuerySet[Any]:
    """Everything that waits with its specialist, ready for the list of management."""
    return _all_open_work(clock.today(), periods()).all()


@lru_cache(maxsize=4)
def _all_open_work(_day: dt.date, periods: Periods) -> QuerySet[Any]:
    """It is the same on a program day, with the same periods, so it is built once."""
    return with_staff(_open_work(periods), "security_model")


def open_counts() -> dict[str, int]:
    """How much is open, late, waiting for the program, or without an available specialist; one
    query.
    """
    (counts,) = _counts(clock.today(), periods()).rows()
    return counts


@lru_cache(maxsize=4)
def _counts(day: dt.date, periods: Periods) -> Compiled[Any]:
    """The figures of all open work on a program day, with these periods."""

    def make() -> QuerySet[Any, Any]:
        assigned = StaffAssignment.objects.filter(
            ended_at=None, security_model=OuterRef("security_model")
        )
        rows = WorkItem.objects.annotate(
            due_on=_due_on(periods), attended=Exists(at_work(assigned)), one=Value(1)
        )
        # Rows with the same constant are one group: ``aggregate`` would ask at once.
        figures = {
            "all": Count("*"),
            "late": Count("subject_id", filter=Q(due_on__lt=day)),
            "waiting": Count("subject_id", filter=Q(waits_for=WaitsFor.PROGRAM)),
            "nobody": Count("subject_id", filter=Q(attended=False)),
        }
        return rows.values("one").annotate(**figures).values(*figures)

    return Compiled(make)


def due_counts() -> list[tuple[dt.date, int]]:
    """How many open items are due on each day; one query."""
    return list(_due_counts(periods()).rows())


@lru_cache(maxsize=4)
def _due_counts(periods: Periods) -> Compiled[Any]:
    """The open items by the day on which they are due, with these periods."""

    def make() -> QuerySet[Any, Any]:
        rows = WorkItem.objects.annotate(due_on=_due_on(periods)).exclude(due_on=None).order_by()
        return rows.values("due_on").annotate(n=Count("*")).values_list("due_on", "n")

    return Compiled(make)


def periods() -> Periods:
    """The clocks that due dates follow, each with its period as it is set now."""
    codes = {code for one in kinds() for code in one.clocks}
    return tuple((code, _days(code)) for code in sorted(codes))


def _due_on(periods: Iterable[tuple[str, dt.timedelta]]) -> Coalesce:
    """The stated date, or the date that follows from a clock."""
    after = [
        When(due_clock=code, then=Cast(F("due_from") + days, DateField())) for code, days in periods
    ]
    by_clock = Case(*after, default=Value(None), output_field=DateField())
    return Coalesce(F("due_stated"), by_clock, output_field=DateField())


def _days(code: str) -> dt.timedelta:
    period = clock.clock(code)
    if period.unit != "days":
        raise ValueError(f"{code} is measured in {period.unit}; state the date of the item")
    return dt.timedelta(days=period.length)


def complete(rows: Sequence[Any]) -> None:
    """Read what only shown rows need: their words, and the business types of their partners.

    One statement for each kind among them, and one for the types.
    """
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for code, some in by_kind.items():
        words = kind(code).describe(some)
        for row in some:
            row.words = words[row.id]
    complete_types(rows)


def complete_types(rows: Sequence[Any]) -> None:
    """Read the business types of the partners of the rows, as {name, number, status}."""
    models = list({row.security_model_id for row in rows})
    found: dict[uuid.UUID, list[Any]] = dict(_types_of_models(clock.today()).rows(models=models))
    for row in rows:
        row.types = found[row.security_model_id]


@lru_cache(maxsize=4)
def _types_of_models(_day: dt.date) -> Compiled[Any]:
    """The business types of models as they are shown on a program day."""

    def make(models: list[uuid.UUID]) -> QuerySet[Any, Any]:
        rows = SecurityModel.objects.filter(any_of("pk", models))
        return rows.annotate(found=types_of("pk")).values_list("pk", "found")

    return Compiled(make, models=list)


def types_of(model: str) -> ArraySubquery:
    """The business types of the security model that the outer query names, as JSON objects.

    Reading them raises Altered if a number is not what was written (P8).
    """
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef(model))
    row = numbered(
        slug="business_type_id",
        name="business_type__name",
        number="account_number",
        status=shown_status(),
    )
    return ArraySubquery(types.order_by("business_type__position").values(row=row))


@dataclass(frozen=True)
class AgeBucket:
    """How many items of one age wait, and for whom."""

    label: Any
    mine: int
    partners: int
    is_old: bool

    @property
    def total(self) -> int:
        """All items of this age."""
        return self.mine + self.partners


@dataclass(frozen=True)
class Ageing:
    """How long the items of a queue have waited."""

    buckets: tuple[AgeBucket, ...]
    late: int = 0
    #: When the items are due, of those that have a due date.
    due: tuple[dt.date, ...] = ()
    #: Items that the unfiltered list leaves out; they are counted everywhere else.
    snoozed: int = 0

    @property
    def mine(self) -> int:
        """Items that wait for the specialist."""
        return sum(bucket.mine for bucket in self.buckets)

    @property
    def partners(self) -> int:
        """Items that wait for the partner."""
        return sum(bucket.partners for bucket in self.buckets)

    @property
    def total(self) -> int:
        """All items."""
        return self.mine + self.partners

    @property
    def old(self) -> int:
        """Items older than 60 days."""
        return sum(bucket.total for bucket in self.buckets if bucket.is_old)

    @property
    def old_mine(self) -> int:
        """Items older than 60 days that wait for the specialist."""
        return sum(bucket.mine for bucket in self.buckets if bucket.is_old)

    @property
    def most(self) -> int:
        """The largest bucket, for the scale of the chart."""
        return max((bucket.total for bucket in self.buckets), default=0)


def ageing(
    partners: Collection[uuid.UUID], snoozed: Collection[tuple[str, uuid.UUID]] = ()
) -> Ageing:
    """The chart of the queue of some partners; one query.

    A snoozed item counts like any other, also as late.
    """
    today = clock.today()
    found = _dates(periods()).rows(partners=list(partners))
    return replace(
        bucketed([one[:2] for one in found], today),
        late=sum(one[2] is not None and one[2] < today for one in found),
        due=tuple(one[2] for one in found if one[2] is not None),
        snoozed=sum(one[3:] in snoozed for one in found),
    )


@lru_cache(maxsize=4)
def _dates(periods: Periods) -> Compiled[Any]:
    """When the items of some partners were received and are due, with these periods."""

    def make(partners: list[uuid.UUID]) -> QuerySet[Any, Any]:
        rows = WorkItem.objects.filter(any_of("security_model", partners))
        rows = rows.annotate(due_on=_due_on(periods))
        return rows.values_list("received_on", "waits_for", "due_on", "kind", "id")

    return Compiled(make, partners=list)


def bucketed(rows: Iterable[tuple[dt.date, str]], today: dt.date) -> Ageing:
    """Items, as (day received, who they wait for), sorted into buckets by age in days."""
    counts = [[0, 0] for _bucket in AGE_BUCKETS]
    for received_on, waits_for in rows:
        age = (today - received_on).days
        place = next(i for i, (end, _l) in enumerate(AGE_BUCKETS) if end is None or age <= end)
        counts[place][waits_for == WaitsFor.PARTNER] += 1
    return Ageing(
        tuple(
            AgeBucket(label, mine, partners, end is None or end > OLD_DAYS)
            for (end, label), (mine, partners) in zip(AGE_BUCKETS, counts, strict=True)
        )
    )
