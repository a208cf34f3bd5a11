"""Reads the pool: what nobody looks after yet. An SCSS sees three fields of it (R6)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.models import WorkItem
from reviews.selectors.queue import open_work
from security_models.models import SecurityModel, StaffAssignment
from security_models.policies import covering


def pool() -> QuerySet[Any]:
    """Partners that nobody looks after: unassigned, or with a disabled specialist and no cover.

    A partner that never submitted can't be claimed: its messages wait for management (M5).
    Each partner appears with the item that has waited longest, because a partner is claimed as a
    whole. Only name, business types and age are shown.
    """
    may_act = Q(staff__disabled_at=None, staff__is_active=True)
    assigned = StaffAssignment.objects.filter(
        may_act | Q(staff__in=covering().values("staff")),
        security_model=OuterRef("security_model"),
        ended_at=None,
    )
    of_the_same = WorkItem.objects.filter(security_model=OuterRef("security_model"))
    rows = open_work().filter(security_model__first_submitted_on__isnull=False)
    return rows.filter(~Exists(assigned), ~Exists(of_the_same.filter(_before())))


def _before() -> Q:
    """Items that come before the one of the outer query: by time, and by key within one moment."""
    at_once = Q(received_at=OuterRef("received_at"))
    key = Q(kind__lt=OuterRef("kind")) | Q(kind=OuterRef("kind"), id__lt=OuterRef("id"))
    return Q(received_at__lt=OuterRef("received_at")) | (at_once & key)


def is_waiting(model: SecurityModel) -> bool:
    """Whether something of the model is open: submitted, under review or returned."""
    return WorkItem.objects.filter(security_model=model).exists()
