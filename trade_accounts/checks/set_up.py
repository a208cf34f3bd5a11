"""T1: what the wizard must have collected before the account becomes active."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Problem
from trade_accounts.models import Address, TradeAccount
from trade_accounts.states import HEADQUARTERS


def set_up_blockers(account: TradeAccount, addresses: list[Address]) -> list[Problem]:
    """Everything that is missing, each with the place where it can be entered."""
    problems = []
    needed = (account.employees, account.business_started_on, account.history, account.phone)
    if not all(needed):
        url = reverse("trade_accounts:company", kwargs={"trade_id": account.pk})
        problems.append(Problem("company", _("Complete the company information."), url=url))
    if not any(HEADQUARTERS in address.types for address in addresses):
        url = reverse("trade_accounts:address-add", kwargs={"trade_id": account.pk})
        problems.append(Problem("headquarters", _("Add the headquarters address."), url=url))
    return problems
