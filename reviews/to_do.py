"""What this app adds to due dates: those of a queue, and the annual reviews of partners."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.access import Access
from core.contributions import DatedAccount, DueDate
from core.links import path_to
from core.staff_work import WaitsFor, kind
from reviews.presentation.queue_rows import item_words, partner_name
from reviews.selectors.queue import partners_of, portfolio, queue_of
from security_models.policies import P
from security_models.recipients import named
from security_profile.presentation.review_tasks import due_date_of
from security_profile.selectors.annual_reviews import reviews_in


def dates_for(access: Access) -> list[DueDate]:
    """When the open items of the reader's queue are due, snoozed ones, too, and the next annual
    review of each partner.

    Only those of partners whom the reader looks after: management has no others in its queue.
    """
    if not access.has(P.WORK_QUEUE):
        return []
    partners = portfolio(access)
    found = [_due_date(row) for row in queue_of(partners) if row.due_on is not None]
    return [*found, *_annual_reviews(partners)]


def dated_accounts_for(access: Access) -> list[DatedAccount]:
    """The partners whom the reader looks after."""
    if not access.has(P.WORK_QUEUE):
        return []
    return [DatedAccount(one.pk, named(one)) for one in partners_of(access)]


def _annual_reviews(partners: Iterable[uuid.UUID]) -> Iterator[DueDate]:
    for model, review in reviews_in(partners):
        where = path_to("reviews:partner", model_id=model.pk)
        yield due_date_of(review, model, model.trade_account.name, where)


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
