"""Two pairs of eyes (G1): nobody passes both gates of an application.

Who approved the security profile does not also pass vetting, and the other way round. Recoveries
by the helpdesk have their own second person (``identity.machine``). Everything here is read again
under the lock of the security model by the services that decide.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db.models import Q

from core.access import Access
from identity.models import User
from identity.states import StaffRole
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.states import BusinessTypeStatus


def approved_profile(access: Access, model: SecurityModel) -> bool:
    """Whether the actor approved the profile and may therefore not pass vetting; one query."""
    return _asked_of(access) and _applicants(model, profile_approved_by=access.user_id)


def passed_vetting(access: Access, model: SecurityModel) -> bool:
    """Whether the actor passed vetting and may therefore not approve the profile; one query.

    Only of the application whose profile is to be approved, and only who passed it last: once
    somebody else has passed it again, two people have.
    """
    mine = {"profile_approved_on": None, "vetting_passed_by": access.user_id}
    return _asked_of(access) and _applicants(model, **mine)


def would_vet_too(access: Access, model: SecurityModel) -> bool:
    """Whether approving the profile now would keep the actor from passing vetting later."""
    waits = {"profile_approved_on": None, "vetting_passed_on": None}
    return _asked_of(access) and access.has(P.VET) and _applicants(model, **waits)


def would_approve_too(access: Access, model: SecurityModel) -> bool:
    """Whether passing vetting now would keep the actor from approving the profile later."""
    return (
        _asked_of(access) and access.has(P.REVIEW) and _applicants(model, profile_approved_on=None)
    )


def _applicants(model: SecurityModel, **gates: Any) -> bool:
    applicants = model.business_types.filter(status=BusinessTypeStatus.APPLICANT)
    return applicants.filter(**gates).exists()


def _asked_of(access: Access) -> bool:
    return bool(settings.TWO_PAIRS_OF_EYES) and access.user_id is not None


def who_else_vets(access: Access) -> list[str]:
    """The names of the others who can pass vetting: management."""
    return _names(access, Q(staff_role=StaffRole.MANAGEMENT))


def who_else_approves(access: Access, model: SecurityModel) -> list[str]:
    """The names of the others who can complete the review: its specialist and management."""
    return _names(access, Q(staff_role=StaffRole.MANAGEMENT) | Q(pk__in=_assigned(model)))


def _assigned(model: SecurityModel) -> list[uuid.UUID]:
    return list(model.assignments.filter(ended_at=None).values_list("staff_id", flat=True))


def _names(access: Access, those: Q) -> list[str]:
    people = User.objects.filter(those, disabled_at=None, is_active=True).exclude(pk=access.user_id)
    return [one.name for one in people.order_by("last_name", "first_name", "pk")]
