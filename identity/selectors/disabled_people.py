"""Reads people for those who look after them: who is disabled, who can reactivate them, who is
idle.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from core import clock
from core.access import Access
from core.errors import NotAllowed, NotVisible
from identity.models import User
from identity.policies import P
from identity.providers import looked_after, workplaces
from identity.states import ENDED_BY_SPECIALISTS, DisabledKind, SetUpStep, StaffRole


def why_disabled(user: User) -> str:
    """The reason as its reader understands it: the one that was typed, or else what the
    clock says.
    """
    if user.disabled_reason or not user.disabled_kind:
        return str(user.disabled_reason)
    return str(DisabledKind(user.disabled_kind).label)


def looked_after_by(access: Access) -> set[uuid.UUID]:
    """The people who work in the models of a specialist."""
    return {one for ids in looked_after(access.user) for one in ids}


def sees(access: Access, user: User) -> bool:
    """Whether the reader looks after this person: everyone, or only people of the reader's own
    models (R6).
    """
    if access.has(P.REACTIVATE_ANYBODY):
        return True
    return access.has(P.REACTIVATE) and user.pk in looked_after_by(access)


def may_reactivate(access: Access, user: User) -> bool:
    """Whether the reader can reactivate this person (R7).

    Someone disabled for idling: any specialist of the person's models, or management. Someone
    disabled by hand: management only. Nobody can reactivate themselves.
    """
    if user.disabled_at is None or user.pk == access.user_id or not sees(access, user):
        return False
    return can_end(access, user)


def can_end(access: Access, user: User) -> bool:
    """Same as :func:`may_reactivate`, for a disabled person whom the reader is known to
    look after.
    """
    return access.has(P.REACTIVATE_ANYBODY) or user.disabled_kind in ENDED_BY_SPECIALISTS


def may_act_on(access: Access, user: User) -> bool:
    """Whether an act of the helpdesk may affect this person: the one rule for all such acts.

    The helpdesk acts for partners. Only management may end the sessions of staff, disable them,
    remove their factors or send them a new link, whatever their role. Opening a recovery is
    allowed: it changes nothing until management has approved it.
    """
    return not user.staff_role or access.has(P.REACTIVATE_ANYBODY)


def require_may_act_on(access: Access, user: User) -> None:
    """Raise NotAllowed unless :func:`may_act_on`. Acts of the system itself pass."""
    if not may_act_on(access, user):
        raise NotAllowed(P.REACTIVATE_ANYBODY, P.REACTIVATE_ANYBODY.what)


def disabled_people(access: Access) -> QuerySet[User]:
    """The disabled people whom the reader looks after."""
    rows = User.objects.exclude(disabled_at=None)
    return rows if access.has(P.REACTIVATE_ANYBODY) else rows.filter(pk__in=looked_after_by(access))


def disabled_person(access: Access, user_id: uuid.UUID) -> User:
    """A person whom the reader looks after, disabled or not. Raises NotVisible otherwise."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not sees(access, user):
        raise NotVisible("user")
    return user


def companies_of(access: Access, users: Iterable[User]) -> dict[uuid.UUID, list[str]]:
    """The names of the companies that people work for, as far as the reader may know them."""
    ids = [user.pk for user in users]
    found: dict[uuid.UUID, list[str]] = {}
    for names in workplaces(access, ids):
        for user_id, companies in names.items():
            found.setdefault(user_id, []).extend(companies)
    return found


def others_of_management(user: User) -> QuerySet[User]:
    """The active members of management other than this person."""
    people = User.objects.filter(
        staff_role=StaffRole.MANAGEMENT, set_up_step=SetUpStep.DONE, disabled_at=None
    )
    return people.exclude(pk=user.pk)


# --- the two clocks ---------------------------------------------------------------------------


def _midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.PROGRAM_ZONE)


def unseen_since(day: dt.date) -> QuerySet[User]:
    """Active partners whose idle days began on or before ``day`` (U8)."""
    seen = Greatest("registered_at", "signed_in_at", "reactivated_at")
    rows = User.objects.filter(staff_role="", set_up_step=SetUpStep.DONE, disabled_at=None)
    return rows.annotate(seen=seen).filter(seen__lt=_midnight_after(day)).order_by("pk")


def awaited_since(day: dt.date) -> QuerySet[User]:
    """People reactivated on or before ``day`` who have not signed in since (R7)."""
    rows = User.objects.filter(disabled_at=None, reactivated_at__lt=_midnight_after(day))
    away = Q(signed_in_at=None) | Q(signed_in_at__lt=F("reactivated_at"))
    return rows.filter(away).order_by("pk")
