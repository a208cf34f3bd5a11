"""Hands many partners over at once, and records who is away; only management may.

Everything works on sets: the number of statements does not grow with the rows, except for the email
to each partner's contacts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import PROGRAM, model_scope, record, record_many
from core import clock
from core.access import Access
from core.errors import NotVisible, refusal
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services import end_staff_asks
from notifications.services.sending import notify
from security_models import grants
from security_models.models import SecurityModel, StaffAbsence, StaffAssignment
from security_models.policies import REVIEWERS, P, reviewers
from security_models.providers import threads_that_come_along
from security_models.recipients import NAMED, named
from security_models.services.staff import ASSIGNMENT, locked_reviewer, tell_contacts

#: The most partners that can be handed over in one act.
AT_ONCE = 500
#: For how many days ahead an absence can be recorded.
AWAY_AT_MOST = 365


class Outcome(Enum):
    """The result for one row."""

    MOVED = "moved"
    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Row:
    """One partner of a hand-over: the result, and who looks after it now."""

    model_id: uuid.UUID
    outcome: Outcome
    staff_name: str = ""


@transaction.atomic
def assign_many(
    *, actor: Access, staff_id: uuid.UUID, seen: Mapping[uuid.UUID, uuid.UUID | None]
) -> list[Row]:
    """Give partners to a specialist, each only if it is still assigned as the actor saw it.

    ``seen`` names the specialist of each partner on the page that was confirmed (None: nobody). A
    second click moves nothing, records nothing and emails nobody. Each partner has its own event,
    and its contacts get an email. Each specialist gets one email for all partners.
    """
    actor.require(P.ASSIGN)
    if len(seen) > AT_ONCE:
        words = _("Choose at most %(n)s partners at a time.") % {"n": AT_ONCE}
        raise refusal("too_many", words)
    models = _locked(seen)
    staff = locked_reviewer(staff_id)
    open_ones = StaffAssignment.objects.filter(security_model__in=models, ended_at=None)
    current = {one.security_model_id: one for one in open_ones.select_related("staff")}
    moved = [
        model
        for pk, model in models.items()
        if _staff_of(current.get(pk)) == seen[pk] and seen[pk] != staff.pk
    ]
    _move(moved, staff, actor)
    _tell(moved, current, staff)
    gone = {model.pk for model in moved}
    return [_row(pk, models, current.get(pk), staff, pk in gone) for pk in seen]


def _locked(seen: Mapping[uuid.UUID, object]) -> dict[uuid.UUID, SecurityModel]:
    """The submitted models, locked always in the same order, so that no two requests wait for each
    other.
    """
    rows = SecurityModel.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.filter(pk__in=seen).exclude(first_submitted_on=None)
    return {one.pk: one for one in rows.select_related("trade_account").order_by("pk")}


def _staff_of(assignment: StaffAssignment | None) -> uuid.UUID | None:
    return assignment.staff_id if assignment is not None else None


def _move(moved: Sequence[SecurityModel], staff: User, actor: Access) -> None:
    now = clock.now()
    open_ones = StaffAssignment.objects.filter(security_model__in=moved, ended_at=None)
    before = dict(open_ones.values_list("security_model_id", "staff_id"))
    names = {one.pk: one.name for one in User.objects.filter(pk__in=set(before.values()))}
    open_ones.update(ended_at=now)
    StaffAssignment.objects.bulk_create(
        StaffAssignment(
            security_model=model, staff=staff, assigned_at=now, assigned_by_name=actor.name
        )
        for model in moved
    )
    grants.hand_over(moved, staff)
    kind, nobody = "security_models.assigned", _("nobody")
    holders = {pk: names[staff_id] for pk, staff_id in before.items()}
    about = [
        (model_scope(one.pk), {"name": staff.name, "before": holders.get(one.pk, nobody)})
        for one in moved
    ]
    record_many(kind, actor=actor, about=about)
    end_staff_asks(ASSIGNMENT, *(one.pk for one in moved))


def _tell(
    moved: Sequence[SecurityModel], current: Mapping[uuid.UUID, StaffAssignment], staff: User
) -> None:
    """Email the contacts of each partner, and one email each to the new and the former
    specialists.
    """
    if not moved:
        return
    threads = threads_that_come_along(moved, staff)
    for model in moved:
        tell_contacts(model, staff, threads.get(model.pk, 0))
    about = {"threads": sum(threads.values())}
    _tell_specialist("assignment.received", staff, staff, moved, "reviews:partners", **about)
    former: dict[User, list[SecurityModel]] = {}
    for model in moved:
        if model.pk in current:
            former.setdefault(current[model.pk].staff, []).append(model)
    for person, models in former.items():
        if person.disabled_at is None:
            _tell_specialist("assignment.left", person, staff, models, "reviews:queue")


def _tell_specialist(
    code: str, to: User, staff: User, models: Sequence[SecurityModel], page: str, **about: Any
) -> None:
    """One email for all partners; it names each company with its account, at most 50 in a list."""
    notify(
        code,
        scope=PROGRAM,
        to=[recipient(to)],
        url=reverse(page),
        partner_count=len(models),
        partners=[named(model) for model in models[:NAMED]],
        more=max(0, len(models) - NAMED),
        scss_name=staff.name,
        **about,
    )


def _row(
    pk: uuid.UUID,
    models: Mapping[uuid.UUID, SecurityModel],
    before: StaffAssignment | None,
    staff: User,
    moved: bool,
) -> Row:
    if pk not in models:
        return Row(pk, Outcome.GONE)
    if moved:
        return Row(pk, Outcome.MOVED, staff.name)
    if _staff_of(before) == staff.pk:
        return Row(pk, Outcome.SAME, staff.name)
    return Row(pk, Outcome.CHANGED, before.staff.name if before is not None else "")


@transaction.atomic
def set_absence(
    *,
    actor: Access,
    staff_id: uuid.UUID,
    until: dt.date | None,
    cover_id: uuid.UUID | None = None,
) -> User:
    """Record that a specialist is away up to and including a program date; None: is back.

    The work stays assigned. ``cover_id`` looks after the partners until that day. Without cover the
    work is shown as belonging to someone who is away, until it is handed over. A disabled
    specialist is covered in the same way. Whoever begins or ceases to cover gets an email.
    """
    actor.require(P.ASSIGN)
    staff = User.objects.select_for_update(no_key=True).filter(pk=staff_id).first()
    if staff is None or staff.staff_role not in REVIEWERS:
        raise NotVisible("user")
    if until is not None and until < clock.today():
        raise refusal("past", _("Enter today's date or a later one."), "until")
    if until is not None and until > clock.today() + dt.timedelta(days=AWAY_AT_MOST):
        raise refusal("far", _("Enter a date at most one year ahead."), "until")
    kept = StaffAbsence.objects.filter(staff=staff).select_related("cover").first()
    before = (kept.until_on, kept.cover_id) if kept is not None else (None, None)
    if until is None and cover_id == before[1]:
        cover_id = None
    if before == (until, cover_id):
        return staff
    cover = _cover(staff, until, cover_id)
    _tell_covers(staff, until, kept, cover)
    if until is None:
        StaffAbsence.objects.filter(staff=staff).delete()
        record("security_models.back", actor=actor, scope=PROGRAM, name=staff.name)
        return staff
    StaffAbsence.objects.update_or_create(
        staff=staff,
        defaults={
            "until_on": until,
            "cover": cover,
            "recorded_at": clock.now(),
            "recorded_by_name": actor.name,
        },
    )
    _record_absence(actor, staff, until, cover)
    return staff


def _tell_covers(
    staff: User, until: dt.date | None, kept: StaffAbsence | None, cover: User | None
) -> None:
    """Email whoever covers from now on, or until another day, and whoever ceases to."""
    former = None
    if kept is not None and kept.until_on >= clock.today():
        former = kept.cover
    if former is not None and former != cover and former.disabled_at is None:
        _tell_cover("cover.ended", former, staff)
    if cover is not None:
        _tell_cover("cover.received", cover, staff, due_date=until)


def _tell_cover(code: str, to: User, staff: User, **about: Any) -> None:
    models = SecurityModel.objects.filter(assignments__staff=staff, assignments__ended_at=None)
    rows = models.select_related("trade_account").order_by("trade_account__name", "pk")
    partners = [named(model) for model in rows]
    notify(
        code,
        scope=PROGRAM,
        to=[recipient(to)],
        url=reverse("reviews:queue"),
        scss_name=staff.name,
        partner_count=len(partners),
        partners=partners[:NAMED],
        more=max(0, len(partners) - NAMED),
        **about,
    )


def _record_absence(actor: Access, staff: User, until: dt.date, cover: User | None) -> None:
    day, name = until.isoformat(), staff.name
    if cover is None:
        record("security_models.away", actor=actor, scope=PROGRAM, name=name, until=day)
        return
    record(
        "security_models.covered",
        actor=actor,
        scope=PROGRAM,
        name=name,
        until=day,
        cover=cover.name,
    )


def _cover(staff: User, until: dt.date | None, cover_id: uuid.UUID | None) -> User | None:
    """The person who covers: someone else who reviews, may act and is not away; None for nobody."""
    if cover_id is None:
        return None
    if until is None:
        raise refusal("until", _("Enter the last day of the cover."), "until")
    away = StaffAbsence.objects.filter(until_on__gte=clock.today()).values("staff")
    cover = reviewers().exclude(pk=staff.pk).exclude(pk__in=away).filter(pk=cover_id).first()
    if cover is None:
        raise refusal("cover", _("Choose someone from the list who is not away."), "cover")
    return cover
