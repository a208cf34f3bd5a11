"""Reads for the helpdesk: people, their state and history, and recoveries. No partner content."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from audit.models import Event
from audit.selectors import Entry, events_for, timeline
from audit.services import person_scope
from core import clock
from core.access import Access
from core.errors import NotVisible
from identity.models import RecoveryCase, SignInEvent, User
from identity.policies import P
from identity.selectors import disabled_people, user_state
from identity.states import CaseStatus, SetUpStep
from notifications.providers.kinds import resolve

#: How many entries of each history the page of a person shows.
SHOWN = 25


def all_people(access: Access) -> QuerySet[User]:
    """Everyone with a sign-in, registration finished or not."""
    access.require(P.SEE_USERS)
    return User.objects.all()


def person(access: Access, user_id: uuid.UUID) -> User:
    """One person. Raises NotVisible for an unknown id."""
    user = all_people(access).filter(pk=user_id).first()
    if user is None:
        raise NotVisible("user")
    return user


def state_of(user: User) -> str:
    """The code of a person's state: active, disabled, or invited to finish registering."""
    if user.disabled_at is not None:
        return "disabled"
    return "active" if user.set_up_step == SetUpStep.DONE else "in-progress"


@dataclass(frozen=True)
class Standing:
    """What the helpdesk sees of a person."""

    user: User
    state: str
    why: str
    companies: list[str]
    has_second_factor: bool
    sessions: list[Any]
    attempts: list[SignInEvent]
    entries: list[Entry]
    cases: list[RecoveryCase]


def standing(access: Access, user_id: uuid.UUID) -> Standing:
    """Everything for the page of a person."""
    user = person(access, user_id)
    attempts = SignInEvent.objects.filter(user=user).order_by("-at")
    events = events_for(person_scope(user.pk), access=access)
    return Standing(
        user=user,
        state=state_of(user),
        why=disabled_people.why_disabled(user),
        companies=disabled_people.companies_of(access, [user]).get(user.pk, []),
        has_second_factor=user_state.has_second_factor(user),
        sessions=list(user_state.open_sessions(user)),
        attempts=list(attempts[:SHOWN]),
        entries=list(timeline(list(events[:SHOWN]))),
        cases=list(user.recovery_cases.select_related("opened_by").order_by("-opened_at")[:SHOWN]),
    )


def who_may_agree(user: User) -> list[tuple[str, str]]:
    """The other Company Administrators of a partner, by id: one of them must agree."""
    found = resolve(["company_admins"], user)
    return [(str(one.user_id), f"{one.name}, {one.email}") for one in found if one.user_id]


# --- recoveries ---------------------------------------------------------------------------------


def cases(access: Access) -> QuerySet[RecoveryCase]:
    """All recoveries."""
    access.require(P.RECOVER)
    return RecoveryCase.objects.select_related("user", "opened_by", "decided_by", "agreed_by")


def case(access: Access, case_id: uuid.UUID) -> RecoveryCase:
    """One recovery. Raises NotVisible for an unknown id."""
    found = cases(access).filter(pk=case_id).first()
    if found is None:
        raise NotVisible("recovery_case")
    return found


def case_state(case: RecoveryCase) -> str:
    """The status of a recovery today: an open one whose time is over has expired (derived, without
    a sweep).
    """
    if case.status == CaseStatus.OPEN and clock.now() >= case.expires_at:
        return str(CaseStatus.EXPIRED)
    return str(case.status)


# --- what people see of their own sign-in --------------------------------------------------------


def own_events(access: Access) -> QuerySet[Event]:
    """Everything that happened to the reader's sign-in, including acts of staff."""
    if access.user is None:
        raise NotVisible("events")
    return events_for(person_scope(access.user.pk), access=access)
