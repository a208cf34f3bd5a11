"""Finds the C-TPAT account whose specialist decides about the name of a company (T3)."""

from __future__ import annotations

import uuid

from django.db.models import Exists, F, Min, OuterRef, Subquery

from security_models.models import BusinessTypeAccount, SecurityModel, StaffAssignment
from security_models.states import CERTIFIED_STATUSES, ENDED_STATUSES


def account_in_charge_of_name(trade_account_id: uuid.UUID) -> SecurityModel | None:
    """The C-TPAT account whose specialist decides; None if the program office does, for the company
    has submitted no application.

    A company may have several, with different specialists. The oldest certified one decides, and
    before any is certified the oldest one that was submitted. Accounts with a specialist come
    first; if none has one, it waits for management like all work of that account. Closed accounts
    count no longer.
    """
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef("pk")).order_by()
    certified = types.filter(status__in=CERTIFIED_STATUSES).values("security_model")
    first = certified.annotate(first=Min("certified_on")).values("first")
    assigned = StaffAssignment.objects.filter(security_model=OuterRef("pk"), ended_at=None)
    rows = SecurityModel.objects.filter(trade_account=trade_account_id)
    rows = rows.filter(first_submitted_on__isnull=False).annotate(
        certified_first=Subquery(first),
        has_specialist=Exists(assigned),
        is_open=Exists(types.exclude(status__in=ENDED_STATUSES)),
    )
    rows = rows.filter(is_open=True).select_related("trade_account")
    return rows.order_by(
        F("has_specialist").desc(), F("certified_first").asc(nulls_last=True), "started_at", "pk"
    ).first()
