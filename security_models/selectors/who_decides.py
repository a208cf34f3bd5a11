"""Who may decide something about a C-TPAT account. Pages and services both ask here.

Four conditions decide together: the right that comes with a role; whether the actor looks after the
partner (assigned, or covering for the assigned specialist); whether they belong to management; and
two pairs of eyes (G1): whoever approved the profile of an application does not also pass its
vetting, nor the other way round, and nobody decides what they asked for themselves. Services ask
again under the lock of the security model. Recoveries by the helpdesk have their own second person
(``identity.machine``).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core.access import Access
from core.errors import NotVisible
from identity.models import User
from identity.states import StaffRole
from security_models.models import SecurityModel, StaffAssignment
from security_models.policies import P, covering, in_charge
from security_models.states import BusinessTypeStatus


class Act(Enum):
    """The decision to make."""

    REVIEW = "review"
    APPROVAL = "approval"
    VETTING = "vetting"


class Obstacle(Enum):
    """A reason why a decision is not possible."""

    NO_RIGHT = "no_right"
    NOT_IN_CHARGE = "not_in_charge"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True)
class Answer:
    """Whether the actor may decide; if someone else must (G1), who can."""

    obstacle: Obstacle | None = None
    who_else: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.obstacle is None

    @property
    def needs_another(self) -> bool:
        """Whether the actor could decide if they had not made the other decision already."""
        return self.obstacle is Obstacle.SECOND_PERSON


def may_decide(
    access: Access,
    model: SecurityModel,
    act: Act,
    *,
    asked_by: uuid.UUID | None = None,
    is_in_charge: bool | None = None,
) -> Answer:
    """Whether the actor may decide ``act`` about a model now.

    ``asked_by`` is the member of staff who asked for the decision, if any. Pass ``is_in_charge`` if
    it was read together with the row to decide.
    """
    if not access.has(P.VET if act is Act.VETTING else P.REVIEW):
        return Answer(Obstacle.NO_RIGHT)
    if not _oversees(access):
        if is_in_charge is None:
            is_in_charge = looks_after(access, model)
        if not is_in_charge:
            return Answer(Obstacle.NOT_IN_CHARGE)
    if _is_second(access, model, act, asked_by):
        return Answer(Obstacle.SECOND_PERSON, _who_else(access, model, act))
    return Answer()


def require_in_charge(access: Access, model: SecurityModel) -> None:
    """Raise NotAllowed without the right to review, NotVisible unless the actor is in charge (R6).

    Called again inside the transaction of each decision: the partner may have been reassigned after
    the page was opened.
    """
    access.require(P.REVIEW)
    if not may_decide(access, model, Act.REVIEW):
        raise NotVisible("security_model")


def looks_after(access: Access, model: SecurityModel) -> bool:
    """Whether the actor is assigned to a model, or covers for its specialist today; one query."""
    mine = StaffAssignment.objects.filter(in_charge(access.user_id), security_model=model)
    return access.user_id is not None and mine.exists()


def _oversees(access: Access) -> bool:
    """Management and the system decide for any partner."""
    return access.is_system or StaffRole.MANAGEMENT in access.roles


# --- two pairs of eyes (G1) -----------------------------------------------------------------------


def _is_second(access: Access, model: SecurityModel, act: Act, asked_by: uuid.UUID | None) -> bool:
    """Whether the actor would be both pairs of eyes; at most one query."""
    if not settings.TWO_PAIRS_OF_EYES or access.user_id is None:
        return False
    if asked_by == access.user_id:
        return True
    if act is Act.VETTING:
        return _applicants(model, profile_approved_by=access.user_id)
    # Only the person who passed vetting last: once someone else has passed it again, two people
    # have.
    mine = {"profile_approved_on": None, "vetting_passed_by": access.user_id}
    return act is Act.APPROVAL and _applicants(model, **mine)


def left_to_others(access: Access, model: SecurityModel, act: Act) -> tuple[str, ...] | None:
    """Who else can decide the other gate, once the actor has decided this one (G1).

    None if this takes nothing from the actor: they have no right to the other gate, or it is
    decided.
    """
    if not settings.TWO_PAIRS_OF_EYES or access.user_id is None:
        return None
    if act is Act.APPROVAL:
        other, right = Act.VETTING, P.VET
        waits = {"profile_approved_on": None, "vetting_passed_on": None}
    else:
        other, right = Act.APPROVAL, P.REVIEW
        waits = {"profile_approved_on": None}
    if not access.has(right) or not _applicants(model, **waits):
        return None
    return _who_else(access, model, other)


def _applicants(model: SecurityModel, **gates: Any) -> bool:
    applicants = model.business_types.filter(status=BusinessTypeStatus.APPLICANT)
    return applicants.filter(**gates).exists()


def _who_else(access: Access, model: SecurityModel, act: Act) -> tuple[str, ...]:
    """The names of the others who can: management, and for the profile the person in charge."""
    people = _able(model, act).exclude(pk=access.user_id)
    return tuple(one.name for one in people.order_by("last_name", "first_name", "pk"))


def others_who_can(model: SecurityModel, act: Act) -> QuerySet[User]:
    """Everyone who can decide a gate now, except the person who decided the other one (G1)."""
    people = _able(model, act)
    if settings.TWO_PAIRS_OF_EYES:
        gate = "profile_approved_by" if act is Act.VETTING else "vetting_passed_by"
        applicants = model.business_types.filter(status=BusinessTypeStatus.APPLICANT)
        decided = applicants.exclude(**{gate: None}).values(gate)
        people = people.exclude(pk__in=decided)
    return people.order_by("last_name", "first_name", "pk")


def _able(model: SecurityModel, act: Act) -> QuerySet[User]:
    those = Q(staff_role=StaffRole.MANAGEMENT)
    if act is not Act.VETTING:
        those |= Q(pk__in=_in_charge_of(model))
    return User.objects.filter(those, disabled_at=None, is_active=True)


def _in_charge_of(model: SecurityModel) -> set[uuid.UUID]:
    """The specialist of a model, and the colleague who covers for them today."""
    staff = model.assignments.filter(ended_at=None).values_list("staff_id", flat=True)
    covers = covering().filter(staff__in=staff).values_list("cover_id", flat=True)
    return {one for one in [*staff, *covers] if one is not None}
