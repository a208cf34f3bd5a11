"""Once a year the administrators of a company look over its users and contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse

from audit.services import account_scope, record
from core import clock
from core.access import Access
from core.program_days import DAY
from notifications.services.sending import notify
from trade_accounts import selectors
from trade_accounts.models import TradeAccount
from trade_accounts.policies import P
from trade_accounts.selectors import contact_checks
from trade_accounts.services.accounts import locked


def running(latest: dt.date) -> Iterator[tuple[TradeAccount, dt.date]]:
    """Accounts whose year is over on or before a day and that were not asked since."""
    for account in contact_checks.unasked(latest + DAY):
        yield account, contact_checks.due_on(account) - DAY


@transaction.atomic
def ask_to_check(account: TradeAccount, last_day: dt.date) -> bool:
    """Ask the administrators, once a year; return whether that was done now."""
    account = locked(account.pk)
    if contact_checks.was_asked(account) or contact_checks.due_on(account) - DAY != last_day:
        return False
    notify(
        "account.check_contacts",
        scope=account_scope(account.pk),
        to=selectors.administrators(account),
        url=reverse("trade_accounts:users", args=[account.pk]),
        account=account.name,
        checked_on=account.contacts_checked_on,
    )
    today = clock.today()
    TradeAccount.objects.filter(pk=account.pk, set_up=account.set_up).update(
        contacts_asked_on=today
    )
    return True


@transaction.atomic
def contacts_are_right(*, actor: Access) -> TradeAccount:
    """Record that an administrator looked over users and contacts today; the next year begins."""
    actor.require(P.MANAGE_USERS)
    account = locked(actor.trade_account.pk)
    account.contacts_checked_on = clock.today()
    account.save(update_fields=["contacts_checked_on"])
    record("trade_accounts.contacts_checked", actor=actor, scope=account_scope(account.pk))
    return account
