"""What this app adds to due dates: those of a person's queue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import Access
from core.contributions import DueDate
from core.staff_work import WaitsFor, kind
from reviews.presentation.queue_rows import item_words, partner_name
from reviews.selectors.queue import portfolio, queue_of
from security_models.policies import P


def dates_for(access: Access) -> list[DueDate]:
    """When the open items of the reader's queue are due, snoozed ones, too.

    Only those of partners whom the reader looks after: management has no others in its queue.
    """
    if not access.has(P.WORK_QUEUE):
        return []
    rows = queue_of(portfolio(access))
    return [_due_date(row) for row in rows if row.due_on is not None]


def _due_date(row: Any) -> DueDate:
    waits_for_partner = row.waits_for == WaitsFor.PARTNER
    words = _("%(item)s, waiting for the partner") if waits_for_partner else "%(item)s"
    return DueDate(
        f"{row.kind}-{row.id}-{row.waits_for}",
        row.due_on,
        row.received_on,
        words % {"item": item_words(row)},
        kind(row.kind).url(row),
        partner_name(row),
        row.security_model_id,
    )
