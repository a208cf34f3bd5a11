"""The pool: what nobody looks after yet. Of these an SCSS sees three fields (R6)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from reviews.models import WorkItem
from reviews.selectors.queue import open_work
from security_models.models import SecurityModel, StaffAssignment


def pool() -> QuerySet[Any]:
    """Open work that no specialist looks after: nobody is assigned, or who is was disabled.

    Name, business types and age are what is shown.
    """
    assigned = StaffAssignment.objects.filter(
        security_model=OuterRef("security_model"),
        ended_at=None,
        staff__disabled_at=None,
        staff__is_active=True,
    )
    return open_work().filter(~Exists(assigned))


def is_waiting(model: SecurityModel) -> bool:
    """Whether something of the model is open: submitted, under review or returned."""
    return WorkItem.objects.filter(security_model=model).exists()
