"""Reads the annual reviews of certified C-TPAT accounts for staff (P10, R6)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import F, QuerySet

from core import clock
from core.access import Access
from reviews.selectors.queue import types_of
from reviews.selectors.staffing import with_staff
from security_models.models import StaffAssignment
from security_models.policies import P, in_charge
from security_profile.selectors.review_list import first_certified


def annual_reviews(access: Access) -> QuerySet[Any]:
    """One row for each certified account that the actor looks after; for management, all.

    A row is the business type that was certified first, whose anniversaries count (P13).
    Annotated: ``due_on``, ``place`` of the state in :data:`ORDER`, ``submitted_on``,
    ``account_name``, ``reference``, ``types``, and the specialist.
    """
    rows = _annual_reviews(clock.today())
    if access.has(P.OVERSEE):
        return rows.all()
    mine = StaffAssignment.objects.filter(in_charge(access.user_id))
    return rows.filter(security_model__in=mine.values("security_model"))


@lru_cache(maxsize=4)
def _annual_reviews(day: dt.date) -> QuerySet[Any]:
    """They are the same for every query of a program day, so they are built once."""
    rows = with_staff(first_certified(day), "security_model")
    return rows.annotate(
        account_name=F("security_model__trade_account__name"),
        reference=F("security_model__reference"),
        types=types_of("security_model"),
    )
