"""The home page of a trade user: the C-TPAT accounts, what is due in them, and figures (N2).

Whoever works in one account has a calm page; whoever works in several has figures across them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from django.db.models import DateField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy

from core import clock, due_calendar
from core.access import Access
from core.compiled import any_of
from core.contributions import DueDate, Task, next_by_model
from core.given_values import GivenValue, given
from core.list_pages import Rows
from core.listing import Column, Filter, Listing, ListPage
from portal.account_work import Work, next_dates, work_of
from portal.overview import Row, due_words, rows, with_company
from portal.portfolio_figures import WAITING, Figure, figures_of_many, figures_of_one
from portal.portfolio_lines import AccountLine, account_line, profile_words
from security_models.grants import with_identity_types
from security_models.models import SecurityModel, StaffAssignment
from security_models.selectors import facts_for, of_status
from security_models.states import BusinessTypeStatus
from trade_accounts.selectors import own_accounts
from trade_accounts.states import MembershipState


@dataclass(frozen=True)
class Portfolio:
    """The home page of a trade user. ``is_many``: the reader works in several C-TPAT accounts."""

    page: ListPage
    is_many: bool
    figures: list[Figure]
    work: Work
    next_by_model: Mapping[uuid.UUID, Task]
    own_tasks: list[Row]
    due: due_calendar.DueCalendar
    filtered_by: Mapping[uuid.UUID, list[DueDate]]

    def lines(self) -> list[AccountLine]:
        """The models of this page, each with its next step, and with the due dates for which the
        filter found it.
        """
        coming = next_dates(self.work.dates)
        return [
            account_line(
                model,
                self.next_by_model.get(model.pk),
                self.filtered_by.get(model.pk, ()),
                coming.get(model.pk),
                self.work,
            )
            for model in self.page.page
        ]


def portfolio(access: Access, params: Any) -> Portfolio:
    """The reader's models with figures drawn from what waits in them."""
    access = access.remembering()
    work = work_of(access)
    is_many = len(facts_for(access)) > 1
    upcoming = next_by_model(work.tasks)
    filtered_by = _by_model(work.dates, params.get("due", ""))
    beneath = [_next_step(upcoming), _dates_in(filtered_by)]
    listing = _many(work, beneath) if is_many else _one(work, beneath)
    models = _rows(access, work, is_many=is_many)
    # A filter by what waits names ids of this reader, so its statement is not kept.
    is_kept = not (params.get("due") or params.get("waits"))
    page = listing.show(models if is_kept else models(), params)
    own = [task for task in work.tasks if task.mine and task.security_model_id is None]
    if len(own_accounts(access)) > 1:
        own = [with_company(one) for one in own]
    figures = figures_of_many(work) if is_many else figures_of_one(work.tasks)
    calendar = due_calendar.due_calendar(one.on for one in work.dates)
    return Portfolio(page, is_many, figures, work, upcoming, rows(own), calendar, filtered_by)


# --- rows -----------------------------------------------------------------------------------------


def _rows(access: Access, work: Work, *, is_many: bool) -> Rows:
    if not is_many:
        return Rows(_own_models(clock.today()), {"user_id": access.user_id})
    days = {model: one.on for model, one in next_dates(work.dates).items()}
    values = given("due", days) | given("returned", work.returned) | given("unread", work.unread)
    return Rows(_many_models(clock.today()), {"user_id": access.user_id, **values})


@lru_cache(maxsize=4)
def _own_models(_day: dt.date) -> Callable[..., QuerySet[SecurityModel]]:
    """The models in which someone is a contact, with the columns of the list, on a program day."""

    def make(user_id: uuid.UUID) -> QuerySet[SecurityModel]:
        models = SecurityModel.objects.filter(
            contacts__membership__user_id=user_id,
            contacts__membership__state=MembershipState.ACTIVE,
        )
        models = models.select_related("trade_account").only(
            "reference", "started_on", "trade_account__name"
        )
        return with_identity_types(models).annotate(scss_name=_scss_name())

    return make


@lru_cache(maxsize=4)
def _many_models(day: dt.date) -> Callable[..., QuerySet[SecurityModel]]:
    """The same with what waits in each, by which the list can be sorted."""

    def make(user_id: uuid.UUID, **of: list[Any]) -> QuerySet[SecurityModel]:
        numbers = {
            name: Coalesce(_given(name, of, IntegerField()), Value(0))
            for name in ("returned", "unread")
        }
        rows = _own_models(day)(user_id)
        return rows.annotate(next_due=_given("due", of, DateField()), **numbers)

    return make


def _given(name: str, of: Mapping[str, list[Any]], field: Any) -> GivenValue:
    return GivenValue("pk", of[f"{name}_ids"], of[f"{name}_values"], field)


def _scss_name() -> Subquery:
    open_assignment = StaffAssignment.objects.filter(
        security_model=OuterRef("pk"), ended_at__isnull=True
    )
    name = Concat("staff__first_name", Value(" "), "staff__last_name")
    return Subquery(open_assignment.values(name=name)[:1])


# --- the list -------------------------------------------------------------------------------------


def _types(model: Any) -> str:
    return "; ".join(
        f"{one['name']}: {BusinessTypeStatus(one['status']).label}" for one in model.identity_types
    )


def _numbers(model: Any) -> str:
    return "; ".join(one["number"] for one in model.identity_types if one["number"])


def _by_name(models: QuerySet[Any], words: str) -> QuerySet[Any]:
    matches = models.filter(trade_account__name__icontains=words)
    numbers = models.filter(business_types__account_number__startswith=words)
    references = models.filter(reference__iexact=words)
    return models.filter(pk__in=(matches | numbers | references).values("pk"))


_ACCOUNT = Column(
    "account",
    gettext_lazy("Trade account"),
    attrgetter("trade_account.name"),
    sort=["trade_account__name"],
)
_REFERENCE = Column(
    "reference", gettext_lazy("C-TPAT account"), attrgetter("reference"), ["reference"]
)
_TYPES = Column("types", gettext_lazy("Business types"), _types)
_SCSS = Column("scss", gettext_lazy("SCSS"), attrgetter("scss_name"), ["scss_name"])
_STARTED = Column("started", gettext_lazy("Started"), attrgetter("started_on"), ["started_on"])
_NUMBER = Column("number", gettext_lazy("Account number"), _numbers)
_RETURNED = Column(
    "returned", gettext_lazy("Returned"), attrgetter("returned"), ["returned"], numeric=True
)
_UNREAD = Column("unread", gettext_lazy("Unread"), attrgetter("unread"), ["unread"], numeric=True)
_FILTERS = (
    Filter("q", gettext_lazy("Name, account number or reference"), _by_name),
    Filter("status", gettext_lazy("Status"), of_status, lambda: BusinessTypeStatus.choices),
)


def _one(work: Work, beneath: list[Column]) -> Listing:
    """The list of a reader with one C-TPAT account, or none."""
    return Listing(
        columns=[_ACCOUNT, _REFERENCE, _TYPES, _SCSS, _STARTED],
        filters=[*_FILTERS, _due_in(work.dates)],
        sort="account",
        beneath=[_NUMBER, *beneath],
        page_size=50,
    )


def _many(work: Work, beneath: list[Column]) -> Listing:
    """The list of a reader with several; what is due first stands first."""
    coming = next_dates(work.dates)

    def what_is_due(model: Any) -> str:
        found = coming.get(model.pk)
        return str(found.title) if found is not None else ""

    return Listing(
        columns=[
            _ACCOUNT,
            _TYPES,
            Column("next", gettext_lazy("Next due date"), attrgetter("next_due"), ["next_due"]),
            Column("profile", gettext_lazy("Profile"), partial(profile_words, work=work)),
            Column(
                "returned", gettext_lazy("Returned"), attrgetter("returned"), ["returned"], True
            ),
            Column("unread", gettext_lazy("Unread"), attrgetter("unread"), ["unread"], True),
        ],
        filters=[*_FILTERS, _due_in(work.dates), _waiting(work)],
        sort="next",
        beneath=[
            _REFERENCE,
            _NUMBER,
            _SCSS,
            _STARTED,
            Column("what", gettext_lazy("What is due"), what_is_due),
            *beneath,
        ],
        page_size=50,
    )


def _due_in(dates: Iterable[DueDate]) -> Filter:
    """The filter that keeps the accounts with one of these due dates in a period."""

    def narrow(models: QuerySet[Any], value: str) -> QuerySet[Any]:
        return models.filter(pk__in=_by_model(dates, value))

    return Filter("due", gettext_lazy("Month due"), narrow, due_calendar.choices)


def _waiting(work: Work) -> Filter:
    """The filter that keeps the accounts that a figure counts."""

    def narrow(models: QuerySet[Any], value: str) -> QuerySet[Any]:
        return models.filter(any_of("pk", list(getattr(work, value))))

    return Filter("waits", gettext_lazy("What waits"), narrow, lambda: list(WAITING.items()))


def _by_model(dates: Iterable[DueDate], value: str) -> dict[uuid.UUID, list[DueDate]]:
    """The dates in a period of the calendar, by their accounts; none for any other value."""
    period = due_calendar.period_of(value)
    found: dict[uuid.UUID, list[DueDate]] = {}
    for one in dates:
        if period is not None and period.first <= one.on <= period.last:
            found.setdefault(one.security_model_id, []).append(one)
    return found


def _next_step(upcoming: Mapping[uuid.UUID, Task]) -> Column:
    """The reader's next step for each row of an export."""

    def words(model: Any) -> str:
        task = upcoming.get(model.pk)
        row = Row(task) if task else None
        return ", ".join(part for part in (str(row.title), row.due) if part) if row else ""

    return Column("next_step", gettext_lazy("Next step"), words)


def _dates_in(dates: Mapping[uuid.UUID, list[DueDate]]) -> Column:
    """The due dates for which the filter found a row, for an export."""

    def words(model: Any) -> str:
        found = dates.get(model.pk, ())
        return "; ".join(f"{one.title}, {due_words(one.on)}" for one in found)

    return Column("dates", gettext_lazy("Due dates"), words)
