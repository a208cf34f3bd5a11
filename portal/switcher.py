"""The list of all trade accounts of a reader, to switch between them (N1, T10, R6)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from django.db.models import DateField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.access import Access
from core.compiled import any_of
from core.contributions import DueDate, dates_of
from core.given_values import GivenValue
from core.listing import Column, Filter, Listing, ListPage
from core.program_days import DAY
from portal.account_work import counts_of, next_dates
from portal.organization_tree import paths_of
from security_models.facts.model_facts import Facts
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.selectors import entered, facts_for, of_status
from security_models.selectors.account_search import accounts_by_words, accounts_with_hash
from security_models.states import BusinessTypeStatus
from security_profile.to_do import returned_of
from trade_accounts.selectors import accounts_of, accounts_of_member, own_accounts
from trade_accounts.selectors.moved import ClosedAccount, closed_accounts

#: Due dates within so many days can be chosen.
WITHIN = (30, 60, 90)
#: A keyed hash in an address: what a number that identifies a person became.
HASH_LENGTH = 64


@dataclass(frozen=True)
class Summary:
    """What the list says of one trade account. ``models`` are its C-TPAT accounts, each with
    whether the reader may open it (R6).
    """

    above: tuple[str, ...]
    models: tuple[tuple[Facts, bool], ...]
    next: DueDate | None
    returned: int
    unread: int
    is_pinned: bool

    @property
    def open_models(self) -> list[Facts]:
        """The C-TPAT accounts in which the reader is a contact."""
        return [facts for facts, is_open in self.models if is_open]


class Switcher:
    """The reader's trade accounts with everything that is known of them; a constant number of
    statements for any number of accounts.
    """

    def __init__(self, access: Access) -> None:
        self.access = access = access.remembering()
        self.closed: list[ClosedAccount] = []
        self.tree = accounts_of(access)
        self.above = paths_of(self.tree)
        own = own_accounts(access)
        self.pinned = frozenset(one.id for one in own if one.pinned_at is not None)
        self.models: dict[uuid.UUID, list[tuple[Facts, bool]]] = {}
        for facts in facts_for(access):
            is_open = entered(access, facts.model).has(P.VIEW)
            of_account = self.models.setdefault(facts.model.trade_account_id, [])
            of_account.append((facts, is_open))
        self.next = self._of_next(next_dates(dates_of(access)))
        self.returned = self._of_accounts(returned_of(access))
        self.unread = self._of_accounts(counts_of(access).unread)

    def _of_next(self, coming: Mapping[uuid.UUID, DueDate]) -> dict[uuid.UUID, DueDate]:
        found = {}
        for account, models in self.models.items():
            dates = [coming[one.model.pk] for one, _open in models if one.model.pk in coming]
            if dates:
                found[account] = min(dates, key=attrgetter("on"))
        return found

    def _of_accounts(self, counts: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, int]:
        found = {
            account: sum(counts.get(one.model.pk, 0) for one, _open in models)
            for account, models in self.models.items()
        }
        return {account: n for account, n in found.items() if n}

    def page(self, params: Mapping[str, str]) -> ListPage:
        """The page of the list for the address. The name of an account that was merged finds the
        one that stays (T9).
        """
        self.closed = closed_accounts(self.access, str(params.get("q", "")))
        return self._listing(params).show(self._rows(), params)

    def summary(self, account_id: uuid.UUID) -> Summary:
        """What the list says of one account."""
        return Summary(
            above=self.above.get(account_id, ()),
            models=tuple(self.models.get(account_id, ())),
            next=self.next.get(account_id),
            returned=self.returned.get(account_id, 0),
            unread=self.unread.get(account_id, 0),
            is_pinned=account_id in self.pinned,
        )

    def _rows(self) -> QuerySet[Any]:
        due = {account: one.on for account, one in self.next.items()}
        return accounts_of_member(self.access.user_id).annotate(
            next_due=GivenValue("pk", list(due), list(due.values()), DateField()),
            returned=_number(self.returned),
            unread=_number(self.unread),
        )

    def _listing(self, params: Mapping[str, str]) -> Listing:
        user_id = self.access.user_id
        filters = [
            Filter(
                "q",
                gettext_lazy("Name, account number, reference, IOR, SCAC or MID"),
                partial(_by_text, user_id=user_id, closed=self.closed),
            ),
            Filter(
                "status", gettext_lazy("Status"), _by_status, lambda: BusinessTypeStatus.choices
            ),
            Filter("due", gettext_lazy("Next due date"), _by_due, _due_choices),
            Filter("waits", gettext_lazy("Waiting for you"), _by_waiting, _waiting_choices),
            Filter("pinned", gettext_lazy("Pinned"), self._by_pin, _pin_choices, is_rare=True),
            Filter("type", gettext_lazy("Business type"), self._by_type, self._types, is_rare=True),
        ]
        hashed = str(params.get("number", ""))
        if len(hashed) == HASH_LENGTH:
            by_hash = partial(_by_hash, user_id=user_id)
            choices = [(hashed, gettext_lazy("The number you entered"))]
            filters.append(Filter("number", gettext_lazy("Number"), by_hash, lambda: choices))
        return Listing(
            columns=_COLUMNS,
            beneath=_BENEATH,
            filters=filters,
            sort="account",
            page_size=50,
            complete=self._complete,
        )

    def _complete(self, rows: Sequence[Any]) -> None:
        for row in rows:
            row.summary = self.summary(row.pk)

    def _by_type(self, rows: QuerySet[Any], slug: str) -> QuerySet[Any]:
        found = (
            account
            for account, models in self.models.items()
            if any(one.slug == slug for facts, _open in models for one in facts.types)
        )
        return rows.filter(any_of("pk", list(found)))

    def _types(self) -> list[tuple[str, str]]:
        """The business types of the reader's accounts."""
        types = (
            (one.slug, one.name)
            for models in self.models.values()
            for facts, _open in models
            for one in facts.types
        )
        return sorted(set(types), key=lambda one: one[1])

    def _by_pin(self, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        return rows.filter(any_of("pk", list(self.pinned)))


# --- columns --------------------------------------------------------------------------------------


def _number(counts: Mapping[uuid.UUID, int]) -> Coalesce:
    given = GivenValue("pk", list(counts), list(counts.values()), IntegerField())
    return Coalesce(given, Value(0))


def _path(row: Any) -> str:
    return " › ".join((*row.summary.above, row.name))


def unsettled_status(facts: Facts) -> BusinessTypeStatus:
    """The status of a C-TPAT account whose business types are not settled yet."""
    return BusinessTypeStatus.LAPSED if facts.lapsed else BusinessTypeStatus.DRAFT


def _types(row: Any) -> str:
    words = []
    for facts, _open in row.summary.models:
        words += [f"{one.name}: {one.status_label}" for one in facts.types]
        if not facts.types:
            words.append(f"{_('Not settled yet')}: {unsettled_status(facts).label}")
    return "; ".join(words)


def _tiers(row: Any) -> str:
    return "; ".join(
        one.tier for facts in row.summary.open_models for one in facts.types if one.tier
    )


def _numbers(row: Any) -> str:
    numbers = (one.account_number for facts in row.summary.open_models for one in facts.types)
    return "; ".join(one for one in numbers if one)


def _specialists(row: Any) -> str:
    names = dict.fromkeys(one.specialist for one in row.summary.open_models if one.specialist)
    return "; ".join(names)


def _next_words(row: Any) -> str:
    return str(row.summary.next.title) if row.summary.next is not None else ""


def _references(row: Any) -> str:
    return "; ".join(facts.model.reference for facts, _open in row.summary.models)


_COLUMNS = [
    Column("account", gettext_lazy("Trade account"), _path, ["name"]),
    Column("types", gettext_lazy("Business types and status"), _types),
    Column("scss", gettext_lazy("SCSS"), _specialists),
    Column("next", gettext_lazy("Next due date"), attrgetter("next_due"), ["next_due"]),
    Column("returned", gettext_lazy("Returned"), attrgetter("returned"), ["returned"], True),
    Column("unread", gettext_lazy("Unread"), attrgetter("unread"), ["unread"], True),
]
_BENEATH = [
    Column("references", gettext_lazy("C-TPAT accounts"), _references),
    Column("numbers", gettext_lazy("Account number"), _numbers),
    Column("tiers", gettext_lazy("Tier"), _tiers),
    Column("what", gettext_lazy("What is due"), _next_words),
]


# --- filters --------------------------------------------------------------------------------------


def _by_text(
    rows: QuerySet[Any], text: str, user_id: Any, closed: Sequence[ClosedAccount]
) -> QuerySet[Any]:
    found = accounts_by_words(rows, text, user_id)
    if not closed:
        return found
    stay = any_of("pk", [one.account_id for one in closed])
    return rows.filter(Q(pk__in=found.order_by().values("pk")) | Q(stay))


def _by_hash(rows: QuerySet[Any], hashed: str, user_id: Any) -> QuerySet[Any]:
    return accounts_with_hash(rows, hashed, user_id)


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    models = of_status(SecurityModel.objects.order_by(), status)
    return rows.filter(pk__in=models.values("trade_account_id"))


def _status_choices() -> list[tuple[str, Any]]:
    return BusinessTypeStatus.choices


def _by_due(rows: QuerySet[Any], when: str) -> QuerySet[Any]:
    today: dt.date = clock.today()
    if when == "late":
        return rows.filter(next_due__lt=today)
    return rows.filter(next_due__range=(today, today + int(when) * DAY))


def _due_choices() -> list[tuple[str, str]]:
    soon = [(str(days), _("In the next %(n)s days") % {"n": days}) for days in WITHIN]
    return [("late", _("Late")), *soon]


def _by_waiting(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    return rows.filter(**{f"{what}__gt": 0})


def _waiting_choices() -> list[tuple[str, str]]:
    return [("returned", _("Returned")), ("unread", _("Unread messages"))]


def _pin_choices() -> list[tuple[str, str]]:
    return [("yes", _("Only pinned"))]
