"""Two pairs of eyes (G1): nobody passes both gates of an application.

Who approved the security profile does not also pass vetting, and the other way round. Recoveries
by the helpdesk have their own second person (``identity.machine``). Everything here is read again
under the lock of the security model by the services that decide.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db.models import Q

from core.access import Access
from identity.models import User
from identity.states import StaffRole
from security_models.models import SecurityModel
from security_models.states import BusinessTypeStatus, VettingResult


def approved_profile(access: Access, model: SecurityModel) -> bool:
    """Whether the actor approved the profile and may therefore not pass vetting; one query."""
    if not _asked_of(access):
        return False
    applicants = model.business_types.filter(status=BusinessTypeStatus.APPLICANT)
    return applicants.filter(profile_approved_by=access.user_id).exists()


def passed_vetting(access: Access, model: SecurityModel) -> bool:
    """Whether the actor passed vetting and may therefore not approve the profile; one query.

    The newest decision counts: once somebody else has passed vetting again, two people have.
    """
    if not _asked_of(access):
        return False
    newest = model.vettings.order_by("-decided_at", "-id").values_list("result", "staff_id").first()
    return newest == (VettingResult.PASSED, access.user_id)


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
