"""The lists of the workspace: columns, filters, sorting (the state of each is in its URL)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from core import clock, due_calendar
from core.listing import Column, Filter, Listing
from core.staff_work import WaitsFor, kinds
from reviews.presentation import annual_review_rows as annual
from reviews.presentation.application_rows import profile_words, vetting_words
from reviews.presentation.handover_rows import staff_words
from reviews.presentation.invitation_code_rows import code_state
from reviews.presentation.partner_rows import type_states
from reviews.presentation.queue_rows import (
    ME,
    PARTNER,
    PINNED,
    SNOOZED,
    age_in_days,
    item_words,
    numbered_types,
    partner_name,
    state_words,
    type_names,
)
from reviews.selectors.management import WAITING_FOR, by_waiting, vetting_due
from reviews.selectors.marks import Marks, put_snoozes
from reviews.selectors.queue import OLD_DAYS, complete, complete_types
from reviews.selectors.staffing import NOBODY, NOT_AT_WORK, by_staff
from security_models.models import SecurityModel
from security_models.selectors.search import by_company, by_words, ids_by_words
from security_profile.presentation import review_steps
from security_profile.selectors import catalogue
from security_profile.selectors.review_list import by_month_due, by_state
from security_profile.selectors.review_list import complete as complete_reviews
from trade_accounts.countries import country_name

# --- filters --------------------------------------------------------------------------------------


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    # Search first looks for words among the partners: their ids reach the indexes below the view.
    return rows.filter(security_model__in=ids_by_words(SecurityModel.objects.all(), text))


def _search_pool(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return by_company(rows, text, "security_model")


def _waiting(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(waits_for=WaitsFor.PARTNER if value == PARTNER else WaitsFor.PROGRAM)


def _kind(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(kind=value)


def _type(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(security_model__business_types__business_type=value)


def _pressing(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = clock.today()
    if value == "late":
        return rows.filter(due_on__lt=today)
    if value == "soon":
        return rows.filter(due_on__range=(today, today + dt.timedelta(days=14)))
    return rows.filter(received_on__lt=today - dt.timedelta(days=OLD_DAYS))


def _due(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    period = due_calendar.period_of(value)
    return rows.filter(due_on__range=(period.first, period.last)) if period else rows.none()


def _marked(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(is_snoozed=True) if value == SNOOZED else rows.filter(is_pinned=True)


def _type_choices() -> Sequence[tuple[str, Any]]:
    return list(catalogue().type_names.items())


def _kind_choices() -> Sequence[tuple[str, Any]]:
    return [(one.code, one.words) for one in kinds()]


PRESSING = (
    ("late", gettext_lazy("Late")),
    ("soon", gettext_lazy("Due in 14 days")),
    ("old", gettext_lazy("Older than 60 days")),
)
WAITING_FOR_WHOM = (
    (ME, WaitsFor.PROGRAM.label),
    (PARTNER, WaitsFor.PARTNER.label),
)
MARKED = (
    (SNOOZED, gettext_lazy("Snoozed")),
    (PINNED, gettext_lazy("Pinned")),
)
WAITING = ((ME, gettext_lazy("Me")), (PARTNER, gettext_lazy("The partner")))

_WORDS = gettext_lazy("Partner, number or person")
_SEARCH = Filter("q", _WORDS, _search)
_SEARCH_MODELS = Filter("q", _WORDS, by_words)
_DUE = Filter("due", gettext_lazy("Month due"), _due, due_calendar.choices)
_TYPES = Filter("type", gettext_lazy("Business type"), _type, _type_choices)

_NOTE = Column("note", gettext_lazy("Note"), lambda row: row.words.note)
_ITS_TYPES = Column("types", gettext_lazy("Business types"), numbered_types)
_REFERENCE = Column("reference", gettext_lazy("Reference"), lambda row: row.reference)

QUEUE = Listing(
    columns=[
        Column("item", gettext_lazy("Item"), item_words, ["kind", "round"]),
        Column(
            "partner",
            gettext_lazy("Partner"),
            partner_name,
            ["security_model__trade_account__name"],
        ),
        Column("changes", gettext_lazy("What changed"), lambda row: row.words.size, ["size"]),
        Column("received", gettext_lazy("Received"), lambda row: row.received_on, ["received_at"]),
        Column("age", gettext_lazy("Age in days"), age_in_days, ["-received_at"], numeric=True),
        Column("due", gettext_lazy("Due"), lambda row: row.due_on, ["due_on"]),
        Column("state", gettext_lazy("State"), state_words, ["state"]),
    ],
    filters=[
        _SEARCH,
        Filter("waiting", gettext_lazy("Waiting for"), _waiting, lambda: WAITING),
        Filter("kind", gettext_lazy("Item"), _kind, _kind_choices),
        _TYPES,
        Filter("pressing", gettext_lazy("Urgency"), _pressing, lambda: PRESSING),
        _DUE,
        Filter("marked", gettext_lazy("Marked"), _marked, lambda: MARKED),
    ],
    sort="due",
    beneath=[_NOTE, _ITS_TYPES],
    first=["-is_pinned"],
    plain=lambda rows: rows.filter(is_snoozed=False),
)


def queue_listing(marks: Marks, partners: Collection[uuid.UUID]) -> Listing:
    """The queue of a person with their marks: pinned items first; filters find snoozed ones.

    Its search looks only among ``partners``, which are the person's own.
    """

    def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        models = SecurityModel.objects.filter(pk__in=list(partners))
        return rows.filter(security_model__in=ids_by_words(models, text))

    def finish(rows: Sequence[Any]) -> None:
        complete(rows)
        marks.put_on(rows)

    filters = [replace(one, apply=search) if one is _SEARCH else one for one in QUEUE.filters]
    return replace(QUEUE, filters=filters, complete=finish)


POOL = Listing(
    columns=[
        Column(
            "partner",
            gettext_lazy("Partner"),
            partner_name,
            ["security_model__trade_account__name"],
        ),
        Column("type", gettext_lazy("Business type"), type_names),
        Column("age", gettext_lazy("Age in days"), age_in_days, ["-received_at"], numeric=True),
    ],
    filters=[Filter("q", gettext_lazy("Partner"), _search_pool), _TYPES],
    sort="-age",
    complete=complete_types,
)


def open_work_listing(people: Iterable[Any]) -> Listing:
    """All open work; ``people`` are the specialists to filter by."""
    return Listing(
        columns=[
            Column("item", gettext_lazy("Item"), item_words, ["kind", "round"]),
            Column(
                "partner",
                gettext_lazy("Partner"),
                partner_name,
                ["security_model__trade_account__name"],
            ),
            Column("staff", gettext_lazy("Specialist"), staff_words, ["staff_name"]),
            Column("age", gettext_lazy("Age in days"), age_in_days, ["-received_at"], numeric=True),
            Column("due", gettext_lazy("Due"), lambda row: row.due_on, ["due_on"]),
            Column("state", gettext_lazy("State"), state_words, ["state"]),
        ],
        filters=[
            _SEARCH,
            _staff_filter(people, "security_model"),
            Filter("waiting", gettext_lazy("Waiting for"), _waiting, lambda: WAITING_FOR_WHOM),
            Filter("kind", gettext_lazy("Item"), _kind, _kind_choices),
            _TYPES,
            Filter("pressing", gettext_lazy("Urgency"), _pressing, lambda: PRESSING),
            _DUE,
        ],
        sort="due",
        beneath=[_NOTE, _ITS_TYPES],
        complete=_complete_with_snoozes,
    )


def _complete_with_snoozes(rows: Sequence[Any]) -> None:
    complete(rows)
    put_snoozes(rows)


def _staff_filter(people: Iterable[Any], model: str) -> Filter:
    choices: list[tuple[str, Any]] = [
        (NOT_AT_WORK, gettext_lazy("Nobody available")),
        (NOBODY, gettext_lazy("Nobody assigned")),
        *((str(one.pk), one.name) for one in people),
    ]
    return Filter(
        "staff",
        gettext_lazy("Specialist"),
        lambda rows, value: by_staff(rows, value, model),
        lambda: choices,
    )


def partners_listing(people: Iterable[Any] = ()) -> Listing:
    """The list of partners; management filters it by the specialists in ``people``."""
    people = list(people)
    if not people:
        return PARTNERS
    return replace(PARTNERS, filters=[*PARTNERS.filters, _staff_filter(people, "pk")])


PARTNERS = Listing(
    columns=[
        Column("partner", gettext_lazy("Partner"), lambda row: row.account_name, ["account_name"]),
        Column("type", gettext_lazy("Business types"), type_states),
        Column("staff", gettext_lazy("Specialist"), staff_words, ["staff_name"]),
    ],
    filters=[
        _SEARCH_MODELS,
        Filter(
            "type",
            gettext_lazy("Business type"),
            lambda rows, value: rows.filter(business_types__business_type=value),
            _type_choices,
        ),
    ],
    sort="partner",
    beneath=[_REFERENCE],
)


def annual_reviews_listing(people: Iterable[Any] = ()) -> Listing:
    """The list of annual reviews; management filters it by the specialists in ``people``."""
    people = list(people)
    if not people:
        return ANNUAL_REVIEWS
    staff = _staff_filter(people, "security_model")
    return replace(ANNUAL_REVIEWS, filters=[*ANNUAL_REVIEWS.filters, staff])


ANNUAL_REVIEWS = Listing(
    columns=[
        Column("partner", gettext_lazy("Partner"), lambda row: row.account_name, ["account_name"]),
        Column("staff", gettext_lazy("Specialist"), staff_words, ["staff_name"]),
        Column("due", gettext_lazy("Due"), lambda row: row.due_on, ["due_on"]),
        Column("state", gettext_lazy("State"), review_steps.state_words, ["place", "due_on"]),
        Column(
            "submitted",
            gettext_lazy("Submitted"),
            lambda row: row.review.submitted_on,
            ["submitted_on"],
        ),
        Column("overdue", gettext_lazy("Days overdue"), annual.days_overdue, numeric=True),
        Column("confirmed", gettext_lazy("Confirmed"), review_steps.confirmed_words),
        Column("missed", gettext_lazy("Earlier ones not done"), annual.missed_words),
    ],
    filters=[
        _SEARCH,
        Filter("state", gettext_lazy("State"), by_state, annual.state_choices),
        Filter(
            "due",
            gettext_lazy("Month due"),
            by_month_due,
            review_steps.month_choices,
        ),
    ],
    sort="state",
    beneath=[
        _REFERENCE,
        _ITS_TYPES,
        Column("late", gettext_lazy("Late"), annual.submitted_late),
        Column("escalated", gettext_lazy("Escalated"), annual.escalated_words),
        Column("answer", gettext_lazy("Answer by"), review_steps.answer_by),
    ],
    complete=complete_reviews,
)

APPLICATIONS = Listing(
    columns=[
        Column("partner", gettext_lazy("Partner"), lambda row: row.account_name, ["account_name"]),
        Column("type", gettext_lazy("Business type"), type_names),
        Column("received", gettext_lazy("Received"), lambda row: row.received_on, ["received_on"]),
        Column("age", gettext_lazy("Age in days"), age_in_days, ["-received_on"], numeric=True),
        Column("profile", gettext_lazy("Security profile"), profile_words),
        Column("vetting", gettext_lazy("Vetting"), vetting_words),
        Column("staff", gettext_lazy("Specialist"), lambda row: row.staff_name, ["staff_name"]),
    ],
    filters=[
        _SEARCH_MODELS,
        Filter("waiting", gettext_lazy("Waiting for"), by_waiting, lambda: WAITING_FOR),
    ],
    sort="-age",
    beneath=[
        _REFERENCE,
        Column("vetting-due", gettext_lazy("Vetting due"), lambda row: vetting_due(row) or ""),
    ],
)

CODES = Listing(
    columns=[
        Column("code", gettext_lazy("Code"), lambda row: row.code, ["code"]),
        Column(
            "type",
            gettext_lazy("Business type"),
            lambda row: row.business_type.name,
            ["business_type__name"],
        ),
        Column(
            "country", gettext_lazy("Country"), lambda row: country_name(row.country), ["country"]
        ),
        Column("note", gettext_lazy("Note"), lambda row: row.note),
        Column(
            "issued", gettext_lazy("Issued"), lambda row: clock.program_date(row.issued_at),
            ["issued_at"],
        ),
        Column("by", gettext_lazy("Issued by"), lambda row: row.issued_by.name),
        Column("state", gettext_lazy("State"), code_state),
    ],
    filters=[
        Filter(
            "q",
            gettext_lazy("Code or note"),
            lambda rows, text: rows.filter(Q(code__icontains=text) | Q(note__icontains=text)),
        )
    ],
    sort="-issued",
)  # fmt: skip
