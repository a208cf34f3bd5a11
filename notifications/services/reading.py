"""Marks notices as read or unread, for their reader."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from core import clock
from core.access import Access
from notifications.models import Notification
from notifications.selectors import notices_of


def mark(
    *, actor: Access, rows: QuerySet[Notification], read: bool, until: dt.datetime | None = None
) -> int:
    """Mark those of these notices that belong to the actor; return how many have changed.

    Notices of others are left alone. With ``until``, so are those that came later than the page on
    which the reader selected the button.
    """
    ids = rows.order_by().values("pk")
    own = notices_of(actor.user_id).filter(pk__in=ids, read_at__isnull=read)
    if until is not None:
        own = own.filter(created_at__lte=until)
    return own.update(read_at=clock.now() if read else None)
