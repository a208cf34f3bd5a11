"""The pool: applications that nobody looks after yet. Of these an SCSS sees three fields (R6)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from reviews.selectors.queue import open_submissions, types_of
from security_models.models import SecurityModel, StaffAssignment
from security_profile.models import Submission
from security_profile.states import OPEN_SUBMISSION


def pool() -> QuerySet[Submission]:
    """Open submissions that no specialist looks after: nobody is assigned, or who is was disabled.

    Name, business types and age are what is shown.
    """
    assigned = StaffAssignment.objects.filter(
        security_model=OuterRef("security_model"),
        ended_at=None,
        staff__disabled_at=None,
        staff__is_active=True,
    )
    return open_submissions().filter(~Exists(assigned)).annotate(types=types_of("security_model"))


def pool_size() -> int:
    """How many partners wait in the pool."""
    return pool().order_by().count()


def is_waiting(model: SecurityModel) -> bool:
    """Whether something of the model is submitted, under review or returned."""
    return Submission.objects.filter(security_model=model, status__in=OPEN_SUBMISSION).exists()
