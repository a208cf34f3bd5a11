"""Annual reviews as rows of lists, each as it counts today (P10, P11, P13).

Due day and state follow from dates in SQL, so that a list can be sorted and cut there and is right
without any worker having run. ``facts.annual_reviews`` decides the same for one account; a test
compares both.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    DurationField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear, Greatest
from django.db.models.lookups import LessThan

from core import clock
from core.compiled import Compiled, any_of
from security_models.grants import numbered
from security_models.models import BusinessTypeAccount, Contact
from security_models.states import CERTIFIED_STATUSES
from security_profile.facts.annual_reviews import (
    ESCALATION,
    WINDOW,
    Review,
    asked_from,
    state_of_review,
)
from security_profile.models import AnnualReview
from security_profile.selectors.annual_reviews import reviews_of
from security_profile.states import (
    RETURNED_SUBMISSION,
    WITH_PROGRAM,
    ReviewState,
    SubmissionStatus,
)
from trade_accounts.states import MembershipState

#: The states in the order of the list: what needs someone first.
ORDER = (
    ReviewState.OVERDUE,
    ReviewState.RETURNED,
    ReviewState.OPEN,
    ReviewState.SUBMITTED,
    ReviewState.UPCOMING,
    ReviewState.APPROVED,
)
#: Values of the filter besides the states.
ESCALATED, LATE, AHEAD = "escalated", "late", "ahead"
#: Not submitted yet, and its due day has not passed.
STILL_AHEAD = (ReviewState.OPEN, ReviewState.UPCOMING)
_SENT = sorted({SubmissionStatus.APPROVED, *RETURNED_SUBMISSION, *WITH_PROGRAM})


def first_certified(day: dt.date) -> QuerySet[Any]:
    """The business type of each certified account that was certified first, whose anniversaries
    count even after it has ended (P13), with ``due_on`` and state of the review that counts on a
    day.
    """
    dated = BusinessTypeAccount.objects.filter(certified_on__isnull=False)
    same = dated.filter(security_model=OuterRef("security_model"))
    earlier = same.filter(
        Q(certified_on__lt=OuterRef("certified_on"))
        | Q(certified_on=OuterRef("certified_on"), pk__lt=OuterRef("pk"))
    )
    certified = Exists(same.filter(status__in=sorted(CERTIFIED_STATUSES)))
    first = dated.filter(certified, ~Exists(earlier)).select_related("security_model")
    return derived(first, day)


def own_reviews(user_id: uuid.UUID) -> QuerySet[Any]:
    """The same for the accounts in which a person is a contact (R6), with ``account_name``,
    ``reference`` and the business types as ``types``, whose numbers and dates are compared.
    """
    mine = Contact.objects.filter(
        membership__user=user_id, membership__state=MembershipState.ACTIVE
    )
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef("security_model"))
    shown = numbered(slug="business_type_id", name="business_type__name", status="status")
    rows = first_certified(clock.today()).filter(security_model__in=mine.values("security_model"))
    return rows.annotate(
        account_name=F("security_model__trade_account__name"),
        reference=F("security_model__reference"),
        types=ArraySubquery(types.order_by("started_on", "id").values(row=shown)),
    )


def derived(rows: QuerySet[Any], day: dt.date, anchor: Any = "certified_on") -> QuerySet[Any]:
    """Business types with the due day and state of the review that counts on a day.

    ``anchor`` is the day of certification, whose anniversaries count.
    """
    opened_until = clock.clock(WINDOW).due(day)
    years = Value(opened_until.year) - ExtractYear(anchor)
    rows = rows.alias(
        anniversary=_years_later(anchor, years),
        number=Greatest(
            _first_number(anchor),
            years - Case(When(anniversary__gt=opened_until, then=1), default=0),
            output_field=IntegerField(),
        ),
    )
    rows = rows.annotate(due_on=_years_later(anchor, F("number")))
    done = AnnualReview.objects.filter(
        security_model=OuterRef("security_model"), due_on=OuterRef("due_on")
    )
    by_submission = Case(
        When(submission__status=SubmissionStatus.APPROVED, then=_place(ReviewState.APPROVED)),
        When(submission__status__in=sorted(RETURNED_SUBMISSION), then=_place(ReviewState.RETURNED)),
        When(submission__status__in=sorted(WITH_PROGRAM), then=_place(ReviewState.SUBMITTED)),
        output_field=IntegerField(),
    )
    by_date = Case(
        When(due_on__gt=opened_until, then=_place(ReviewState.UPCOMING)),
        When(due_on__gte=day, then=_place(ReviewState.OPEN)),
        default=_place(ReviewState.OVERDUE),
        output_field=IntegerField(),
    )
    recorded = Coalesce(Subquery(done.annotate(at=by_submission).values("at")[:1]), by_date)
    return rows.annotate(
        place=Case(When(due_on__gt=opened_until, then=by_date), default=recorded),
        submitted_on=Subquery(done.values("submitted_on")[:1], output_field=DateField()),
    )


def _first_number(anchor: Any) -> Any:
    """``first_number`` of the facts, in SQL."""
    since = asked_from()
    if since is None:
        return Value(1)
    years = Value(since.year) - ExtractYear(anchor)
    was_before = LessThan(_years_later(anchor, years), Value(since, output_field=DateField()))
    return Greatest(
        Value(1),
        years + Case(When(was_before, then=1), default=0),
        output_field=IntegerField(),
    )


def _place(state: ReviewState) -> Value:
    return Value(ORDER.index(state))


def _years_later(day: Any, years: Any) -> Func:
    """A day some years later: PostgreSQL, too, makes February 28 of February 29."""
    period = Func(
        years,
        template="make_interval(years => (%(expressions)s)::int)",
        output_field=DurationField(),
    )
    return Func(
        day,
        period,
        template="(%(expressions)s)::date",
        arg_joiner=" + ",
        output_field=DateField(),
    )


# --- filters --------------------------------------------------------------------------------------


def by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to a state of the review that counts today, to open and upcoming ones, to those that
    are overdue for so long that they are escalated to management, to late ones, or to accounts with
    an earlier year in which it was not done.
    """
    today = clock.today()
    if value == ReviewState.CLOSED_UNFULFILLED:
        return _with_missed(rows)
    if value == LATE:
        return rows.filter(submitted_on__gt=F("due_on"))
    if value == AHEAD:
        return rows.filter(place__in=[ORDER.index(one) for one in STILL_AHEAD])
    if value == ESCALATED:
        overdue = rows.filter(place=ORDER.index(ReviewState.OVERDUE))
        return overdue.filter(due_on__lte=clock.clock(ESCALATION).latest_start(today))
    return rows.filter(place=ORDER.index(ReviewState(value)))


def by_month_due(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to a month in which the review that counts today is due: 2026-11."""
    return rows.filter(due_on__year=int(value[:4]), due_on__month=int(value[5:]))


def _with_missed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Accounts that have had more cycles than reviews that were submitted for them."""
    years = ExtractYear("due_on") - ExtractYear(OuterRef("certified_on"))
    done = AnnualReview.objects.filter(
        security_model=OuterRef("security_model"),
        due_on__lt=OuterRef("due_on"),
        due_on=_years_later(OuterRef("certified_on"), years),
        submission__status__in=_SENT,
    )
    if (since := asked_from()) is not None:
        done = done.filter(due_on__gte=since)
    counted = done.order_by().values("security_model").annotate(n=Count("pk")).values("n")
    sent = Coalesce(Subquery(counted), Value(0), output_field=IntegerField())
    return rows.alias(sent=sent).filter(number__gt=F("sent") + _first_number("certified_on"))


def counts_due(rows: QuerySet[Any]) -> list[tuple[dt.date, int]]:
    """On which days how many reviews are due that are not submitted, overdue ones included."""
    states = [ORDER.index(one) for one in (ReviewState.OVERDUE, *STILL_AHEAD)]
    counted = rows.filter(place__in=states).order_by().values("due_on").annotate(n=Count("pk"))
    return list(counted.values_list("due_on", "n"))


# --- what only shown rows need --------------------------------------------------------------------


@dataclass(frozen=True)
class Missed:
    """A review of an earlier year that was not done, with the reason if it is recorded, or that was
    returned and is to be answered with the next one.
    """

    due_on: dt.date
    reason: str = ""
    is_returned: bool = False


def complete(rows: Sequence[Any]) -> None:
    """Read the reviews that count today, as ``review``, and the ``missed`` ones of earlier years;
    two statements, and five more if sections of a company profile are confirmed (``reviews_of``).

    Reading ``types`` has compared the certification dates with what was written (P8).
    """
    anchors = {row.security_model_id: row.certified_on for row in rows}
    reviews = reviews_of(anchors)
    earlier: dict[uuid.UUID, dict[dt.date, Any]] = {}
    for one in _EARLIER.rows(models=list(anchors)) if anchors else []:
        earlier.setdefault(one["security_model_id"], {})[one["due_on"]] = one
    for row in rows:
        row.review = reviews[row.security_model_id]
        row.missed = _missed(row.review, earlier.get(row.security_model_id, {}))


def _rows_of(models: Any) -> QuerySet[Any, Any]:
    rows = AnnualReview.objects.filter(any_of("security_model", models))
    return rows.values("security_model_id", "due_on", "closing_reason", "submission__status")


_EARLIER = Compiled(_rows_of, models=list)


def _missed(review: Review, done: Mapping[dt.date, Any]) -> list[Missed]:
    """The newest first."""
    found = []
    for cycle in review.cycle.earlier():
        row = done.get(cycle.due_on)
        status = (row["submission__status"] or "") if row else ""
        state = state_of_review(cycle, review.today, status)
        if state == ReviewState.CLOSED_UNFULFILLED:
            found.append(Missed(cycle.due_on, row["closing_reason"] if row else ""))
        elif state == ReviewState.RETURNED:
            found.append(Missed(cycle.due_on, is_returned=True))
    return found
