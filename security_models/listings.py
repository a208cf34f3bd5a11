"""The list of C-TPAT accounts of a trade account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import Access
from core.contributions import Task
from core.days import day
from core.listing import Column, Filter, Listing
from core.text import listed
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.models import BusinessTypeAccount
from security_models.policies import P, finish_by
from security_models.selectors import entered, of_status
from security_models.selectors.model_facts import facts_from
from security_models.states import BusinessTypeStatus


@dataclass(frozen=True)
class Line:
    """One C-TPAT account; without a contact role only name, type and status (R6)."""

    facts: Facts
    full: bool
    contacts_url: str
    next: Task | None = None

    @property
    def url(self) -> str:
        """The address that it opens, for those who may open it."""
        return page_links.glance(self.facts.model) if self.full else ""

    @property
    def statuses(self) -> list[tuple[str, str, str]]:
        """(business type, status code, status in words) for each type."""
        if self.facts.types:
            return [(one.name, one.status, one.status_label) for one in self.facts.types]
        none = _("Not settled yet")
        if self.facts.lapsed:
            return [(none, "lapsed", str(BusinessTypeStatus.LAPSED.label))]
        return [(none, "draft", str(BusinessTypeStatus.DRAFT.label))]

    @property
    def numbers(self) -> str:
        """The account numbers, once certified."""
        return listed(one.account_number for one in self.facts.types if one.account_number)

    @property
    def dates(self) -> str:
        """The next due date."""
        if self.facts.lapsed or self.facts.over:
            return ""
        if not self.facts.submitted:
            return _("Finish by %(date)s") % {"date": day(finish_by(self.facts.model))}
        coming = [one.anniversary for one in self.facts.types if one.anniversary is not None]
        return _("Anniversary %(date)s") % {"date": day(min(coming))} if coming else ""


def lines(access: Access, rows: Iterable[Any], upcoming: Mapping[uuid.UUID, Task]) -> list[Line]:
    """The lines of a page, each with what the reader does next there (N2).

    Free of queries, as the rows carry their facts.
    """
    found = []
    for row in rows:
        here = entered(access, row)
        contacts = page_links.url(row, "contacts") if here.has(P.SEE_CONTACTS) else ""
        task = upcoming.get(row.pk)
        found.append(Line(facts_from(row, ()), here.has(P.VIEW), contacts, task))
    return found


def listing_with(upcoming: Mapping[uuid.UUID, Task]) -> Listing:
    """The list, whose export says what the reader does next as well (N2)."""

    def words(row: Any) -> str:
        task = upcoming.get(row.pk)
        return str(task.title) if task else ""

    next_step = Column("next", gettext_lazy("Next step"), words)
    return replace(ACCOUNTS, beneath=[*ACCOUNTS.beneath, next_step])


def _statuses(row: Any) -> str:
    return "; ".join(f"{name}: {label}" for name, _code, label in _line(row).statuses)


def _line(row: Any) -> Line:
    return Line(facts_from(row, ()), bool(row.model_roles), "")


def _poc(row: Any) -> str:
    line = _line(row)
    chosen = line.facts.primary_poc
    return chosen.name if line.full and chosen is not None else ""


def _number(row: Any) -> str:
    line = _line(row)
    return line.numbers if line.full else ""


def _started(row: Any) -> Any:
    return row.started_on if _line(row).full else None


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    types = BusinessTypeAccount.objects.filter(business_type__name__icontains=text)
    return rows.filter(Q(reference__icontains=text) | Q(pk__in=types.values("security_model_id")))


ACCOUNTS = Listing(
    columns=[
        Column(
            "reference",
            gettext_lazy("C-TPAT account"),
            lambda row: row.reference,
            sort=["reference"],
        ),
        Column("types", gettext_lazy("Business types and status"), _statuses),
        Column("number", gettext_lazy("Account number"), _number),
        Column("poc", gettext_lazy("Primary POC"), _poc),
        Column("started", gettext_lazy("Started"), _started, sort=["started_at"]),
    ],
    filters=[
        Filter("q", gettext_lazy("Reference or business type"), _by_text),
        Filter(
            "status",
            gettext_lazy("Status"),
            of_status,
            lambda: [(one.value, one.label) for one in BusinessTypeStatus],
        ),
    ],
    sort="started",
    beneath=[Column("dates", gettext_lazy("Due next"), lambda row: _line(row).dates)],
)
