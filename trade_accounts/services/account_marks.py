"""Pins trade accounts for one person, and keeps which ones this person opened last (N1)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import one_at_a_time
from core.errors import refusal
from trade_accounts.models import AccountMark

#: So many accounts one person can pin: more would be a list again.
MOST_PINS = 20


@transaction.atomic
def pin_account(*, actor: Access, pinned: bool) -> None:
    """Pin the trade account of the page for the actor, or take the pin away; twice is once."""
    one_at_a_time(f"pins:{actor.user_id}")
    marks = AccountMark.objects.filter(user_id=actor.user_id)
    mark = marks.filter(trade_account=actor.trade_account).first()
    if (mark is not None and mark.pinned_at is not None) == pinned:
        return
    if pinned and marks.filter(pinned_at__isnull=False).count() >= MOST_PINS:
        words = _("You have pinned %(n)s accounts. Unpin one of them first.")
        raise refusal("many", words % {"n": MOST_PINS})
    AccountMark.objects.update_or_create(
        user_id=actor.user_id,
        trade_account=actor.trade_account,
        defaults={"pinned_at": clock.now() if pinned else None},
    )


def note_opened(*, actor: Access) -> None:
    """Keep that the actor opened a page of this trade account now; one statement."""
    mark = AccountMark(
        user_id=actor.user_id, trade_account=actor.trade_account, opened_at=clock.now()
    )
    AccountMark.objects.bulk_create(
        [mark],
        update_conflicts=True,
        unique_fields=["user", "trade_account"],
        update_fields=["opened_at"],
    )
