"""The lists of SVI: columns, filters, sorting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, search
from core.days import moment
from core.listing import Column, Filter, Listing
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices
from svi.presentation.history import bar_of, months_ago, periods_of
from svi.selectors.relations import changes_seen, types_seen, with_number
from svi.states import LISTED, MonitoringStatus, SharedStatus

#: After so many days, a status counts as not verified.
VERIFIED_FOR = dt.timedelta(days=365)
LONG_AGO = "long_ago"


def monitored_listing(accounts: Sequence[SecurityModel]) -> Listing:
    """The partners that these accounts monitor, or that have asked for it (SVI4-SVI6)."""
    return Listing(
        columns=[
            *_partner_columns(),
            Column("months", gettext_lazy("Last 24 months"), lambda row: row.bar.words),
            Column("reference", gettext_lazy("Your reference"), _reference, ["reference"]),
            Column("owner", gettext_lazy("Looked after by"), _owner, ["owner_name"]),
            Column("verified", gettext_lazy("Verified"), _verified, ["verified_on"]),
        ],
        beneath=_beneath(accounts),
        filters=[
            Filter("q", gettext_lazy("Name, number or reference"), _by_text_or_reference),
            *_filters(accounts),
            Filter(
                "verified",
                gettext_lazy("Verified"),
                _by_verified,
                lambda: [(LONG_AGO, _("Not in the last 12 months"))],
            ),
        ],
        sort="request",
        counts_found=True,
        complete=_complete_monitored,
    )


def monitors_listing(accounts: Sequence[SecurityModel]) -> Listing:
    """The partners that monitor these accounts, or that were asked to (SVI5, SVI6)."""
    return Listing(
        columns=_partner_columns(),
        beneath=_beneath(accounts),
        filters=[Filter("q", gettext_lazy("Name or number"), _by_text), *_filters(accounts)],
        sort="request",
        counts_found=True,
        complete=add_types,
    )


def is_unverified(row: Any) -> bool:
    """Whether the status of a partner was not verified for a year, or ever in a year of
    monitoring.
    """
    if row.status != MonitoringStatus.ACCEPTED:
        return False
    known = row.verified_on or clock.program_date(row.accepted_at)
    return bool(known < clock.today() - VERIFIED_FOR)


def _complete_monitored(rows: Sequence[Any]) -> None:
    """Give each row its types, its status over time as ``bar``, and whether it has not been
    verified for a year.
    """
    add_types(rows)
    changes = changes_seen(rows) if rows else {}
    today = clock.today()
    since = months_ago(today)
    for row in rows:
        seen = changes.get((row.pk, row.security_model_id), [])
        row.bar = bar_of(periods_of(row, seen, since, today))
        row.is_unverified = is_unverified(row)


def add_types(rows: Sequence[Any]) -> None:
    """Give each row the types that are shared, as ``types``."""
    found = types_seen(rows) if rows else {}
    for row in rows:
        row.types = found.get((row.pk, row.security_model_id), [])


def _partner_columns() -> list[Column]:
    return [
        Column("partner", gettext_lazy("Partner"), lambda row: row.name, ["name"]),
        Column("request", gettext_lazy("Request"), _status, ["-status_at"]),
        Column("status", gettext_lazy("Status"), _shared, ["is_certified", "name"]),
        Column("since", gettext_lazy("Since"), _since, ["certified_since"]),
    ]


def _beneath(accounts: Sequence[SecurityModel]) -> list[Column]:
    references = {one.pk: one.reference for one in accounts}
    return [
        Column("dba", gettext_lazy("Doing business as"), lambda row: row.doing_business_as),
        Column("types", gettext_lazy("Business types"), _types),
        Column("numbers", gettext_lazy("Account numbers"), _numbers),
        Column("asked", gettext_lazy("Asked on"), lambda row: moment(row.asked_at)),
        Column("by", gettext_lazy("Asked by"), lambda row: row.asked_by_name),
        Column("note", gettext_lazy("Note"), lambda row: row.note),
        Column("changed", gettext_lazy("Request changed"), lambda row: moment(row.status_at)),
        Column(
            "account",
            gettext_lazy("Your account"),
            lambda row: references.get(row.security_model_id, ""),
        ),
    ]


def _shared(row: Any) -> str:
    """The status of a partner; empty while nothing is shared (SVI5)."""
    return "" if row.is_certified is None else str(SharedStatus.of(row.is_certified).label)


def _status(row: Any) -> str:
    return str(row.get_status_display())


def _since(row: Any) -> Any:
    return row.certified_since or ""


def _reference(row: Any) -> str:
    return str(row.reference)


def _owner(row: Any) -> str:
    return str(row.owner_name)


def _verified(row: Any) -> Any:
    return row.verified_on or ""


def _types(row: Any) -> str:
    return "; ".join(f"{one.name}: {SharedStatus.of(one.is_certified).label}" for one in row.types)


def _numbers(row: Any) -> str:
    return ", ".join(one.number for one in row.types)


def _filters(accounts: Sequence[SecurityModel]) -> list[Filter]:
    filters = [
        Filter("status", gettext_lazy("Request"), _by_status, _status_choices),
        Filter("shared", gettext_lazy("Status"), _by_shared, lambda: SharedStatus.choices),
    ]
    if len(accounts) > 1:
        names = account_choices(accounts)
        filters.append(Filter("account", gettext_lazy("Your account"), _by_account, lambda: names))
    return filters


def _status_choices() -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in LISTED]


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(_named(word))
    return rows


def _by_text_or_reference(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(_named(word) | Q(search.has(word, "reference", "owner_name")))
    return rows


def _named(word: str) -> Q:
    named = Q(search.has(word, "name", "doing_business_as"))
    return named | Q(with_number(word)) if search.is_number(word) else named


def _by_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    return rows.filter(status=status)


def _by_shared(rows: QuerySet[Any], shared: str) -> QuerySet[Any]:
    return rows.filter(is_certified=shared == SharedStatus.CERTIFIED)


def _by_account(rows: QuerySet[Any], model_id: str) -> QuerySet[Any]:
    return rows.filter(security_model_id=model_id)


def _by_verified(rows: QuerySet[Any], _chosen: str) -> QuerySet[Any]:
    before = clock.today() - VERIFIED_FOR
    never = Q(verified_on=None, accepted_at__lt=clock.day_began() - VERIFIED_FOR)
    is_old = never | Q(verified_on__lt=before)
    return rows.filter(is_old, status=MonitoringStatus.ACCEPTED)
