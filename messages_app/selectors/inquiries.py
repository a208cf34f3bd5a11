"""Reads the inquiries that wait for an answer of a company."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from messages_app.models import Thread


def open_inquiries(latest: dt.date) -> QuerySet[Thread]:
    """Open inquiries that began on or before a day, the oldest first."""
    rows = Thread.objects.filter(inquiry_on__lte=latest, replied_on=None)
    return rows.select_related("security_model__trade_account").order_by("inquiry_on", "pk")
