"""The account as a column and as a filter, in every list of a company's documents or requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.listing import Column, Filter
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices, account_words

#: More accounts are found by search, not chosen from a list.
MOST_NAMES = 200


def account_column() -> Column:
    """The company and the reference of a row's account."""
    return Column(
        "account",
        gettext_lazy("Account"),
        lambda row: account_words(row.security_model),
        ["security_model__trade_account__name", "security_model__reference"],
    )


def account_filters(accounts: Sequence[SecurityModel]) -> list[Filter]:
    """The choice of one account; none if there is nothing to choose, or too much."""
    if not 1 < len(accounts) <= MOST_NAMES:
        return []
    names = account_choices(accounts)
    return [Filter("account", gettext_lazy("Account"), _by_account, lambda: names)]


def _by_account(rows: QuerySet[Any], model_id: str) -> QuerySet[Any]:
    return rows.filter(security_model=model_id)
