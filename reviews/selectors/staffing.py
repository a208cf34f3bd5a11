"""Reads who looks after what, and whether that person is available.

A partner has no available specialist if nobody is assigned, or if the assigned specialist is
disabled or recorded as away and nobody covers. Work of disabled specialists is open to everyone in
the pool; work of absent specialists stays theirs. Management sees both, and hands them over or
names someone who covers.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from core import clock
from core.compiled import Compiled
from core.errors import NotVisible
from identity.models import User
from reviews.models import WorkItem
from security_models.models import StaffAbsence, StaffAssignment
from security_models.policies import REVIEWERS, covering

#: Values besides the id of a specialist: nobody is assigned, or nobody assigned is available.
NOBODY, NOT_AT_WORK = "nobody", "away"


def with_staff(rows: QuerySet[Any], model: str) -> QuerySet[Any]:
    """Rows annotated with their specialist; ``model`` names the security model in the rows.

    ``staff_name`` and ``staff_id_now`` are empty if nobody is assigned. ``staff_disabled`` and
    ``staff_away_until`` tell why the specialist is not available, ``staff_cover`` who covers.
    """
    assigned = StaffAssignment.objects.filter(security_model=OuterRef(model), ended_at=None)
    name = Concat("staff__first_name", Value(" "), "staff__last_name")
    away = StaffAbsence.objects.filter(
        staff__assignments__security_model=OuterRef(model),
        staff__assignments__ended_at=None,
        until_on__gte=clock.today(),
    )
    return rows.annotate(
        staff_name=Coalesce(Subquery(assigned.annotate(name=name).values("name")[:1]), Value("")),
        staff_id_now=Subquery(assigned.values("staff_id")[:1], output_field=UUIDField()),
        staff_disabled=Exists(assigned.filter(_disabled("staff__"))),
        staff_away_until=Subquery(away.values("until_on")[:1], output_field=DateField()),
        staff_cover=_cover_name(
            staff__assignments__security_model=OuterRef(model), staff__assignments__ended_at=None
        ),
    )


def _cover_name(**of: Any) -> Coalesce:
    """The name of the person who covers today for a specialist of the outer query; empty for
    nobody.
    """
    name = Concat("cover__first_name", Value(" "), "cover__last_name")
    return Coalesce(Subquery(covering().filter(**of).values(name=name)[:1]), Value(""))


def by_staff(rows: QuerySet[Any], value: str, model: str) -> QuerySet[Any]:
    """Narrow rows to those of one specialist, of nobody, or without an available specialist."""
    assigned = StaffAssignment.objects.filter(ended_at=None)
    if value == NOBODY:
        return rows.exclude(**{f"{model}__in": assigned.values("security_model")})
    if value == NOT_AT_WORK:
        return rows.exclude(**{f"{model}__in": at_work(assigned).values("security_model")})
    mine = assigned.filter(staff_id=uuid.UUID(value))
    return rows.filter(**{f"{model}__in": mine.values("security_model")})


def at_work(assigned: QuerySet[StaffAssignment]) -> QuerySet[StaffAssignment]:
    """Assignments whose specialist is neither disabled nor away, or is covered."""
    away = StaffAbsence.objects.filter(until_on__gte=clock.today())
    off = _disabled("staff__") | Q(staff__in=away.values("staff"))
    return assigned.filter(~off | Q(staff__in=covering().values("staff")))


def _disabled(prefix: str = "") -> Q:
    return Q(**{f"{prefix}disabled_at__isnull": False}) | Q(**{f"{prefix}is_active": False})


def all_specialists() -> list[User]:
    """All :func:`specialists`, for a page that shows them."""
    return _everyone(clock.today()).rows()


@lru_cache(maxsize=4)
def _everyone(_day: dt.date) -> Compiled[User]:
    return Compiled(specialists)


def specialists() -> QuerySet[User]:
    """Everyone who looks after partners or can, including disabled people who still have partners.

    With ``partners``, open ``items`` as the list of open work counts them, the day the ``oldest``
    of these was received, ``is_disabled`` and ``away_until``.
    """
    assigned = StaffAssignment.objects.filter(staff=OuterRef("pk"), ended_at=None)
    mine = StaffAssignment.objects.filter(staff=OuterRef(OuterRef("pk")), ended_at=None)
    waiting = WorkItem.objects.filter(security_model__in=mine.values("security_model"))
    one = Value(1)
    people = User.objects.filter(staff_role__in=REVIEWERS)
    people = people.filter(~_disabled() | Exists(assigned))
    away = StaffAbsence.objects.filter(staff=OuterRef("pk"), until_on__gte=clock.today())
    return people.order_by("last_name", "first_name", "pk").annotate(
        partners=_number(assigned.order_by().values("staff").annotate(n=Count("pk"))),
        items=_number(waiting.annotate(one=one).values("one").annotate(n=Count("*"))),
        oldest=Subquery(
            waiting.annotate(one=one).values("one").annotate(n=Min("received_on")).values("n")
        ),
        is_disabled=ExpressionWrapper(
            Case(When(_disabled(), then=True), default=False), output_field=BooleanField()
        ),
        away_until=Subquery(away.values("until_on")[:1]),
        cover_id_now=Subquery(away.values("cover_id")[:1]),
        cover_name=_cover_name(staff=OuterRef("pk")),
    )


def absence_of(user_id: uuid.UUID | None) -> Any:
    """Someone with ``away_until`` and ``cover_name`` while they are recorded as away; else None."""
    return _absence_of(clock.today()).first(user_id=user_id)


@lru_cache(maxsize=4)
def _absence_of(day: dt.date) -> Compiled[User]:
    """Someone who is away on a program day."""

    def make(user_id: uuid.UUID) -> QuerySet[User]:
        people = User.objects.filter(pk=user_id, absence__until_on__gte=day).only("pk")
        return people.annotate(
            away_until=F("absence__until_on"), cover_name=_cover_name(staff=OuterRef("pk"))
        )[:1]

    return Compiled(make, user_id=uuid.UUID)


def partner_count(user: User) -> int:
    """How many partners are assigned to someone; one query."""
    return StaffAssignment.objects.filter(staff=user, ended_at=None).count()


def specialist(user_id: uuid.UUID) -> Any:
    """One of them. Raises NotVisible for anyone else."""
    found = specialists().filter(pk=user_id).first()
    if found is None:
        raise NotVisible("user")
    return found


def _number(counted: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(counted.values("n")), Value(0), output_field=IntegerField())
