"""Changes the company name once the account is set up, as the program approves it (T3)."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import account_scope, record
from core.access import Access
from core.concurrency import save_versioned
from core.errors import NotVisible, refusal
from core.text import filled
from trade_accounts.models import TradeAccount
from trade_accounts.services.accounts import locked


@transaction.atomic
def change_name(
    *, actor: Access, account_id: uuid.UUID, before: str, after: str, request: str
) -> TradeAccount:
    """Change the name if it still is what it was when the change was asked for.

    ``request`` is the reference of the change request. Only staff do this; the caller has checked
    who decides. What was signed before keeps the name that it was signed with (P8, A5).
    """
    if not actor.is_staff:
        raise NotVisible("trade_account")
    account = locked(account_id)
    if account.name != before:
        words = _(
            "The company name was changed since this was asked for. It is now “%(name)s”. Return "
            "the request or decline it."
        )
        raise refusal("changed", filled(words, name=account.name))
    save_versioned(account, expected=account.version, name=after)
    record(
        "trade_accounts.name_changed",
        actor=actor,
        scope=account_scope(account.pk),
        subject=("trade_account", account.pk),
        before=before,
        after=after,
        request=request,
    )
    return account
