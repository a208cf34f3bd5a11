"""The list of annual reviews of a person with many accounts: a board with a column a step (P10)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from core.listing import Column, Filter, Listing
from security_profile.presentation import review_steps as steps
from security_profile.selectors.review_list import by_month_due, by_state, complete


def _by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(account_name__icontains=text) | Q(reference__iexact=text))


BOARD = Listing(
    columns=[
        Column(
            "account", gettext_lazy("Trade account"), lambda row: row.account_name, ["account_name"]
        ),
        Column("due", gettext_lazy("Due"), lambda row: row.due_on, ["due_on"]),
        Column("state", gettext_lazy("State"), steps.state_words, ["place", "due_on"]),
        Column("assessment", gettext_lazy("Risk assessment"), steps.assessment_words),
        Column("eligibility", gettext_lazy("Eligibility"), steps.eligibility_words),
        Column("confirmed", gettext_lazy("Confirmed"), steps.confirmed_words),
        Column(
            "submitted",
            gettext_lazy("Submitted"),
            lambda row: row.review.submitted_on,
            ["submitted_on"],
        ),
    ],
    filters=[
        Filter("q", gettext_lazy("Name or reference"), _by_words),
        Filter("state", gettext_lazy("State"), by_state, steps.state_choices),
        Filter("due", gettext_lazy("Month due"), by_month_due, steps.month_choices),
    ],
    sort="due",
    beneath=[
        Column("reference", gettext_lazy("C-TPAT account"), lambda row: row.reference),
        Column("types", gettext_lazy("Business types"), steps.types_words),
        Column("answer", gettext_lazy("Answer by"), steps.answer_by),
    ],
    complete=complete,
    page_size=50,
)
