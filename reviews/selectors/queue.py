"""The queue of a specialist: open submissions of the partners that are assigned to one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Access
from reviews.selectors.staffing import at_work, with_staff
from security_models.models import BusinessTypeAccount, StaffAssignment
from security_models.policies import shown_status
from security_profile.models import CriterionDecision, Submission, SubmissionItem
from security_profile.states import (
    OPEN_SUBMISSION,
    SubmissionKind,
    SubmissionStatus,
    Verdict,
)

#: Upper ends, in days, of the buckets of the picture of ageing.
AGE_BUCKETS = (
    (15, _("0–15 days")),
    (30, _("16–30 days")),
    (60, _("31–60 days")),
    (90, _("61–90 days")),
    (None, _("Over 90 days")),
)
OLD_DAYS = 60


def queue_of(access: Access) -> QuerySet[Submission]:
    """Open submissions of the partners assigned to the actor, ready for a list."""
    mine = StaffAssignment.objects.filter(staff=access.user_id, ended_at=None)
    return with_work(open_submissions().filter(security_model__in=mine.values("security_model")))


def all_open_work() -> QuerySet[Submission]:
    """Every open submission with its specialist, ready for the list of management."""
    return with_staff(with_work(open_submissions()), "security_model")


def open_counts() -> dict[str, int]:
    """How much is open, late, waiting for the program, and with nobody at work; one query."""
    assigned = StaffAssignment.objects.filter(
        ended_at=None, security_model=OuterRef("security_model")
    )
    waiting = ~Q(status=SubmissionStatus.RETURNED)
    rows = Submission.objects.filter(status__in=OPEN_SUBMISSION).order_by()
    rows = rows.annotate(due_on=_due_on(), attended=Exists(at_work(assigned)))
    return rows.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=clock.today())),
        waiting=Count("pk", filter=waiting),
        nobody=Count("pk", filter=Q(attended=False)),
    )


def open_submissions() -> QuerySet[Submission]:
    """What is submitted, under review or returned, without its frozen content."""
    rows = Submission.objects.filter(status__in=OPEN_SUBMISSION)
    return rows.select_related("security_model__trade_account").defer("content")


def with_work(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Submissions annotated with what a queue shows of them, in one query.

    ``types`` are the business types as {name, number, status}; ``due_on`` is the program's date
    for a decision or, after a return, the partner's date for the answer; ``changed_count`` of
    ``item_count`` criteria are new or changed, ``returned_before`` were returned in the last round
    and ``returned_same`` of these came back as they were; ``decided_count`` are decided now.
    """
    items = SubmissionItem.objects.filter(submission=OuterRef("pk"))
    decided = CriterionDecision.objects.filter(
        submission=OuterRef("pk"), carried_over=False
    ).exclude(verdict=Verdict.TO_REVIEW)
    returned = CriterionDecision.objects.filter(
        submission=OuterRef("previous"), verdict=Verdict.RETURNED
    )
    as_it_was = SubmissionItem.objects.filter(
        submission=OuterRef(OuterRef("pk")), criterion=OuterRef("item__criterion"), changed=False
    )
    return rows.annotate(
        types=types_of("security_model"),
        due_on=_due_on(),
        item_count=_count(items),
        changed_count=_count(items.filter(changed=True)),
        returned_same=_count(returned.filter(Exists(as_it_was))),
        decided_count=_count(decided),
        returned_before=_count(returned),
    )


def types_of(model: str) -> ArraySubquery:
    """The business types of the security model that the outer query names, as JSON objects."""
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef(model))
    row = JSONObject(name="business_type__name", number="account_number", status=shown_status())
    return ArraySubquery(types.order_by("business_type__position").values(row=row))


def _due_on() -> Case:
    length = dt.timedelta(days=clock.clock("certification_decision").length)
    first = Coalesce(F("security_model__first_submitted_on"), F("submitted_on"))
    return Case(
        When(status=SubmissionStatus.RETURNED, then=F("answer_due_on")),
        When(kind=SubmissionKind.APPLICATION, then=Cast(first + length, DateField())),
        default=Cast(F("submitted_on") + length, DateField()),
        output_field=DateField(),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("submission").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


@dataclass(frozen=True)
class AgeBucket:
    """How many items of an age wait, and for whom."""

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
        """The largest bucket, for the scale of the picture."""
        return max((bucket.total for bucket in self.buckets), default=0)


def ageing(access: Access) -> Ageing:
    """The picture of the actor's queue; one query."""
    mine = StaffAssignment.objects.filter(staff=access.user_id, ended_at=None)
    rows = Submission.objects.filter(
        status__in=OPEN_SUBMISSION, security_model__in=mine.values("security_model")
    )
    today = clock.today()
    found = list(rows.annotate(due_on=_due_on()).values_list("submitted_on", "status", "due_on"))
    late = sum(due_on is not None and due_on < today for _received, _status, due_on in found)
    return replace(bucketed([one[:2] for one in found], today), late=late)


def bucketed(rows: Iterable[tuple[dt.date, str]], today: dt.date) -> Ageing:
    """Submissions, as (day received, status), sorted into buckets by age in days."""
    counts = [[0, 0] for _bucket in AGE_BUCKETS]
    for submitted_on, status in rows:
        age = (today - submitted_on).days
        place = next(i for i, (end, _l) in enumerate(AGE_BUCKETS) if end is None or age <= end)
        counts[place][status == SubmissionStatus.RETURNED] += 1
    return Ageing(
        tuple(
            AgeBucket(label, mine, partners, end is None or end > OLD_DAYS)
            for (end, label), (mine, partners) in zip(AGE_BUCKETS, counts, strict=True)
        )
    )


def queue_size(access: Access) -> int:
    """How many items wait for the actor, for the menu."""
    mine = StaffAssignment.objects.filter(staff=access.user_id, ended_at=None)
    waiting = OPEN_SUBMISSION - {SubmissionStatus.RETURNED}
    rows = Submission.objects.filter(
        status__in=waiting, security_model__in=mine.values("security_model")
    )
    return rows.count()


def partner_count(access: Access) -> int:
    """How many partners are assigned to the actor."""
    return StaffAssignment.objects.filter(staff=access.user_id, ended_at=None).count()
