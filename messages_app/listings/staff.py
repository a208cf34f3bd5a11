"""The lists of staff: templates of replies, and messages to many partners."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import Column, Filter, Listing
from messages_app.models import BroadcastRow, ReplyTemplate
from messages_app.presentation.many_results import RESULT_WORDS, result_words
from security_models.presentation.account_words import account_words

# --- templates of replies -------------------------------------------------------------------------


def _template_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(body__icontains=word))
    return rows


def _template_owner(rows: QuerySet[Any], owner: str) -> QuerySet[Any]:
    return rows.filter(owner__isnull=owner == "shared")


def _template_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(retired_at__isnull=state == "used")


def _owner_words(row: ReplyTemplate) -> str:
    return _("All specialists") if row.owner_id is None else _("You")


TEMPLATES = Listing(
    columns=[
        Column("name", gettext_lazy("Name"), lambda row: row.name, ["name"]),
        Column("owner", gettext_lazy("For"), _owner_words, ["owner"]),
        Column("changed", gettext_lazy("Last changed"), lambda row: row.changed_at, ["changed_at"]),
        Column("by", gettext_lazy("By"), lambda row: row.changed_by_name, ["changed_by_name"]),
    ],
    beneath=[
        Column("text", gettext_lazy("Text"), lambda row: row.body),
        Column("retired", gettext_lazy("Retired"), lambda row: row.retired_at),
    ],
    filters=[
        Filter("q", gettext_lazy("Name or text"), _template_text),
        Filter(
            "for",
            gettext_lazy("For"),
            _template_owner,
            lambda: [("own", _("You")), ("shared", _("All specialists"))],
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            _template_state,
            lambda: [("used", _("In use")), ("retired", _("Retired"))],
        ),
    ],
    sort="name",
    plain=lambda rows: rows.filter(retired_at=None),
)


# --- messages to many partners --------------------------------------------------------------------


def _partner_words(row: BroadcastRow) -> str:
    return account_words(row.security_model)


def _result_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "sent":
        return rows.filter(thread__isnull=False)
    if state == "waits":
        return rows.filter(done_at=None)
    return rows.filter(done_at__isnull=False, thread=None, left_out=state == "left_out")


RESULTS = Listing(
    columns=[
        Column(
            "partner",
            gettext_lazy("Partner"),
            _partner_words,
            ["security_model__trade_account__name", "security_model__reference"],
        ),
        Column("result", gettext_lazy("Result"), result_words, ["done_at"]),
        Column("why", gettext_lazy("Why"), lambda row: row.why, ["why"]),
    ],
    filters=[
        Filter(
            "result",
            gettext_lazy("Result"),
            _result_state,
            lambda: [(code, words) for code, (_look, words) in RESULT_WORDS.items()],
        ),
    ],
    sort="partner",
    page_size=50,
)


def _many_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(subject__icontains=word)
    return rows


BROADCASTS = Listing(
    columns=[
        Column("subject", gettext_lazy("Subject"), lambda row: row.subject, ["subject"]),
        Column("sent", gettext_lazy("Confirmed"), lambda row: row.sent_at, ["sent_at"]),
        Column("by", gettext_lazy("By"), lambda row: row.author_name, ["author_name"]),
        Column("partners", gettext_lazy("Partners"), lambda row: row.partners, numeric=True),
        Column("done", gettext_lazy("Sent"), lambda row: row.sent, numeric=True),
        Column("not_sent", gettext_lazy("Not sent"), lambda row: row.not_sent, numeric=True),
    ],
    filters=[Filter("q", gettext_lazy("Subject"), _many_text)],
    sort="-sent",
)
