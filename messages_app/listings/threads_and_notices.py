"""The list of threads, of one trade account or of all accounts of the reader (M2); the lists
of notices of the program.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import search
from core.access import Access
from core.compiled import any_of
from core.days import moment
from core.listing import Column, Filter, Listing
from messages_app.facts.inquiries import reply_by
from messages_app.models import SearchedText, Thread
from messages_app.presentation.notice_rows import (
    READING_STATES,
    read_words,
    reader_state,
    stage_word,
    ways_words,
)
from messages_app.presentation.thread_rows import deadline_of, status_words
from messages_app.selectors.program_notices import by_reading, in_stage, name_companies
from messages_app.selectors.reader_notices import by_words
from messages_app.states import (
    NoticeKind,
    NoticeStage,
    NoticeStatus,
    ThreadKind,
    ThreadStatus,
)
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices, account_words
from security_models.recipients import workplaces
from security_models.selectors.search import by_words as accounts_by_words


def _by_text(
    rows: QuerySet[Any], text: str, *, among: Sequence[uuid.UUID] | None = None
) -> QuerySet[Any]:
    """Threads whose subject or messages contain every word, with small typing errors.

    ``among`` are the accounts of the threads, if they are few: then the texts of others are not
    looked at, however many contain the word.
    """
    exact, similar = partial(_exact, among), partial(_similar, among)
    return search.by_words(rows, text, exact=exact, similar=similar)


def _exact(among: Sequence[uuid.UUID] | None, word: str) -> Exists:
    if among is None:
        texts = SearchedText.objects.filter(search.folded_contains(word, "words"))
    else:
        texts = SearchedText.objects.filter(any_of("security_model", among))
        texts = texts.filter(search.folded_has(word, "words"))
    return Exists(texts.filter(thread=OuterRef("pk")))


def _similar(among: Sequence[uuid.UUID] | None, word: str) -> QuerySet[Any, Any]:
    rows = Thread.objects.filter(search.similar(word, "subject"))
    if among is not None:
        rows = rows.filter(any_of("security_model", among))
    return rows.order_by().values("pk")


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(status=state, kind=ThreadKind.CONVERSATION)


def _by_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    if kind == "inquiry":
        return rows.filter(inquiry_on__isnull=False, replied_on=None)
    if kind == "answered":
        return rows.filter(inquiry_on__isnull=False, replied_on__isnull=False)
    return rows.filter(kind=kind)


def _by_unread(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    return rows.filter(is_unread=wanted == "yes")


def threads_listing(
    accounts: Iterable[SecurityModel], *, is_staff: bool, chosen: SecurityModel | None = None
) -> Listing:
    """The list for a reader of these accounts; ``chosen`` is one of too many to choose from."""
    accounts = list(accounts)
    among = [one.pk for one in accounts] if len(accounts) <= MOST_NAMES else None
    names = account_choices([chosen] if chosen else accounts)
    offered = [_account_filter(names)] if chosen or 1 < len(names) <= MOST_NAMES else []
    return Listing(
        columns=[
            Column("subject", gettext_lazy("Subject"), lambda row: row.subject, ["subject"]),
            Column("account", gettext_lazy("Account"), _account, _BY_ACCOUNT),
            Column("status", gettext_lazy("Status"), partial(status_words, is_staff=is_staff)),
            Column("newest", gettext_lazy("Newest message"), _newest, ["last_message_at"]),
        ],
        beneath=_BENEATH,
        filters=[
            Filter("q", gettext_lazy("Subject or message"), partial(_by_text, among=among)),
            *offered,
            Filter("state", gettext_lazy("Waiting for"), _by_state, partial(_states, is_staff)),
            Filter("unread", gettext_lazy("Read"), _by_unread, _read_or_not),
            Filter("kind", gettext_lazy("Kind"), _by_kind, _kinds),
        ],
        sort="-newest",
        # Of the whole program, the newest are found before all are counted.
        counts_found=among is not None,
    )


#: More accounts are found by search, not chosen from a list.
MOST_NAMES = 200
_BY_ACCOUNT = ("security_model__trade_account__name", "security_model__reference")


def _account(row: Any) -> str:
    return account_words(row.security_model)


def _newest(row: Any) -> str:
    return moment(row.last_message_at)


def _read(row: Any) -> str:
    return _("Unread") if row.is_unread else _("Read")


def _colleague(row: Any) -> str:
    return row.colleague.name if row.colleague else ""


def _deadline(row: Any) -> str:
    found = deadline_of(row)
    return found.words if found is not None else ""


#: What a row shows below its subject and its status.
_BENEATH = [
    Column("unread", gettext_lazy("Read"), _read),
    Column("reference", gettext_lazy("Reference"), lambda row: row.security_model.reference),
    Column("deadline", gettext_lazy("Inquiry"), _deadline),
    Column("reply_by", gettext_lazy("Reply by"), reply_by),
    Column("colleague", gettext_lazy("Taken care of by"), _colleague),
    Column("about", gettext_lazy("About"), lambda row: row.about_words),
]


def _account_filter(names: list[tuple[str, str]]) -> Filter:
    return Filter(
        "account",
        gettext_lazy("Account"),
        lambda rows, chosen: rows.filter(security_model=chosen),
        lambda: names,
    )


def _states(is_staff: bool) -> list[tuple[str, Any]]:
    partner, program = _("Waiting for you"), _("Waiting for CBP")
    if is_staff:
        partner, program = _("Waiting for the partner"), _("Waiting for you")
    return [
        (ThreadStatus.PARTNER.value, partner),
        (ThreadStatus.PROGRAM.value, program),
        (ThreadStatus.CLOSED.value, ThreadStatus.CLOSED.label),
    ]


def _read_or_not() -> list[tuple[str, Any]]:
    return [("yes", _("Unread")), ("no", _("Read"))]


def _kinds() -> list[tuple[str, Any]]:
    return [
        ("inquiry", _("Inquiry without an answer")),
        ("answered", _("Answered inquiry")),
        (ThreadKind.CONVERSATION.value, _("Conversation")),
        (ThreadKind.PORTAL.value, ThreadKind.PORTAL.label),
    ]


# --- notices of the program -----------------------------------------------------------------------


def _notice_kind(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(kind=value)


def _not_discarded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(status=NoticeStatus.DISCARDED)


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(search.contains(word, "first_name", "last_name", "email"))
    return rows


def _readers_named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(
            search.contains(word, "user__first_name", "user__last_name", "user__email")
        )
    return rows


def _moment(at: dt.datetime | None) -> str:
    """An instant as the page shows it, in the zone of the reader."""
    return moment(at) if at is not None else ""


_SEARCH = Filter("q", gettext_lazy("Words"), by_words)
_KIND = Filter("kind", gettext_lazy("Kind"), _notice_kind, lambda: NoticeKind.choices)

#: All notices, for staff; *discarded* ones only if asked for.
NOTICES = Listing(
    columns=(
        Column("title", gettext_lazy("Title"), lambda one: one.title, sort=("title",)),
        Column("kind", gettext_lazy("Kind"), lambda one: one.get_kind_display(), sort=("kind",)),
        Column("severity", gettext_lazy("Severity"), lambda one: one.get_severity_display()),
        Column("state", gettext_lazy("State"), stage_word),
        Column(
            "starts", gettext_lazy("From"), lambda one: _moment(one.starts_at), sort=("starts_at",)
        ),
        Column("ends", gettext_lazy("Until"), lambda one: _moment(one.ends_at), sort=("ends_at",)),
        Column("ways", gettext_lazy("Shown as"), ways_words),
        Column(
            "people", gettext_lazy("People"), lambda one: one.people, sort=("people",), numeric=True
        ),
        Column(
            "changed",
            gettext_lazy("Changed"),
            lambda one: _moment(one.updated_at),
            sort=("updated_at",),
        ),
    ),
    filters=(
        _SEARCH,
        Filter("state", gettext_lazy("State"), in_stage, lambda: NoticeStage.choices),
        _KIND,
    ),
    sort="-changed",
    plain=_not_discarded,
)


#: The notices that concern a reader.
READER_NOTICES = Listing(
    columns=(
        Column("title", gettext_lazy("Title"), lambda one: one.title, sort=("title",)),
        Column("kind", gettext_lazy("Kind"), lambda one: one.get_kind_display(), sort=("kind",)),
        Column("severity", gettext_lazy("Severity"), lambda one: one.get_severity_display()),
        Column("state", gettext_lazy("State"), stage_word),
        Column(
            "starts", gettext_lazy("From"), lambda one: _moment(one.starts_at), sort=("starts_at",)
        ),
        Column("ends", gettext_lazy("Until"), lambda one: _moment(one.ends_at), sort=("ends_at",)),
    ),
    beneath=(Column("read", gettext_lazy("Read"), read_words),),
    filters=(
        _SEARCH,
        Filter(
            "state",
            gettext_lazy("State"),
            in_stage,
            lambda: [
                (one.value, one.label)
                for one in (NoticeStage.SHOWN, NoticeStage.OVER, NoticeStage.WITHDRAWN)
            ],
        ),
        _KIND,
    ),
    sort="-starts",
)

#: Who has seen a notice.
READERS = Listing(
    columns=(
        Column(
            "name",
            gettext_lazy("Name"),
            lambda one: one.user.name,
            sort=("user__last_name", "user__first_name"),
        ),
        Column("companies", gettext_lazy("Companies"), lambda one: ", ".join(one.companies)),
        Column("state", gettext_lazy("State"), reader_state, sort=("seen",)),
        Column(
            "seen_at", gettext_lazy("Seen"), lambda one: _moment(one.seen_at), sort=("seen_at",)
        ),
        Column("version", gettext_lazy("Version"), lambda one: one.seen or None, numeric=True),
    ),
    filters=(
        Filter("q", gettext_lazy("Name"), _readers_named),
        Filter("state", gettext_lazy("State"), by_reading, lambda: READING_STATES),
    ),
    sort="name",
)


def readers_listing(access: Access) -> Listing:
    """Who has seen a notice, each with the companies that the reader of the list may know (R6)."""

    def companies(readers: Sequence[Any]) -> None:
        places = workplaces(access, {one.user_id for one in readers})
        for one in readers:
            one.companies = places.get(one.user_id, [])

    return replace(READERS, complete=companies)


#: Who will see a draft.
PEOPLE = Listing(
    columns=(
        Column(
            "name", gettext_lazy("Name"), lambda one: one.name, sort=("last_name", "first_name")
        ),
        Column("email", gettext_lazy("Email address"), lambda one: one.email, sort=("email",)),
        Column("companies", gettext_lazy("Companies"), lambda one: ", ".join(one.companies)),
        Column(
            "role", gettext_lazy("Role at the program"), lambda one: one.get_staff_role_display()
        ),
    ),
    filters=(Filter("q", gettext_lazy("Name"), _named),),
    sort="name",
    complete=name_companies,
)


#: The accounts whose people will see a draft.
ACCOUNTS = Listing(
    columns=(
        Column(
            "company",
            gettext_lazy("Company"),
            lambda one: one.trade_account.name,
            sort=("trade_account__name",),
        ),
        Column(
            "reference", gettext_lazy("Reference"), lambda one: one.reference, sort=("reference",)
        ),
    ),
    filters=(Filter("q", gettext_lazy("Words"), accounts_by_words),),
    sort="company",
)
