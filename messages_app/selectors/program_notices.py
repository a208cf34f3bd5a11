"""Notices of the program as staff see them: the list, one notice, its audience, its readers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet

from audit.selectors import Entry, events_for, timeline
from audit.services import PROGRAM
from core import clock
from core.access import Access
from core.errors import NotVisible
from identity.models import User
from messages_app.models import NoticeReader, NoticeSending, ProgramNotice
from messages_app.policies import P
from messages_app.selectors.audience import accounts_in, audience_of, people_in
from messages_app.states import NoticeStage, NoticeStatus
from security_models.models import BusinessType, Contact, SecurityModel, StaffAssignment
from security_models.policies import in_charge
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

#: What only those who publish see.
_UNPUBLISHED = (NoticeStatus.DRAFT, NoticeStatus.DISCARDED)


def all_notices(access: Access) -> QuerySet[ProgramNotice]:
    """Every notice; drafts only for those who publish."""
    access.require(P.READ_ALL_NOTICES)
    rows = ProgramNotice.objects.all()
    if not access.has(P.PUBLISH_NOTICES):
        rows = rows.exclude(status__in=_UNPUBLISHED)
    return rows


def notice_for_staff(access: Access, notice_id: uuid.UUID) -> ProgramNotice:
    """One of them. Raises NotVisible for any other."""
    notice = all_notices(access).filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible("program_notice")
    return notice


def stage_of(notice: ProgramNotice, now: dt.datetime | None = None) -> NoticeStage:
    """What a notice is now."""
    if notice.status != NoticeStatus.PUBLISHED:
        return NoticeStage(notice.status)
    now = now or clock.now()
    if notice.starts_at is not None and notice.starts_at > now:
        return NoticeStage.SCHEDULED
    return NoticeStage.SHOWN if now < notice.ends_at else NoticeStage.OVER


def in_stage(rows: QuerySet[Any], stage: str) -> QuerySet[Any]:
    """Notices that are at a stage now."""
    now = clock.now()
    published = rows.filter(status=NoticeStatus.PUBLISHED)
    narrowed = {
        NoticeStage.SCHEDULED: published.filter(starts_at__gt=now),
        NoticeStage.SHOWN: published.filter(starts_at__lte=now, ends_at__gt=now),
        NoticeStage.OVER: published.filter(starts_at__lte=now, ends_at__lte=now),
    }
    return narrowed.get(NoticeStage(stage), rows.filter(status=stage))


def history_of(access: Access, notice: ProgramNotice) -> list[Entry]:
    """What happened to a notice, newest first."""
    events = events_for(PROGRAM, access=access).filter(
        subject_kind="program_notice", subject_id=notice.pk
    )
    return list(timeline(events[:100]))


def sending_of(notice: ProgramNotice) -> NoticeSending | None:
    """The sending of the newest version."""
    return notice.sendings.order_by("-number").first()


def how_many_saw(notice: ProgramNotice) -> int:
    """How many of the people to whom it was addressed have opened or dismissed it."""
    return NoticeReader.objects.filter(notice=notice, addressed=True, seen__gt=0).count()


def type_names(slugs: Sequence[str]) -> list[str]:
    """The names of business types, in their order."""
    rows = BusinessType.objects.filter(pk__in=slugs).order_by("position")
    return list(rows.values_list("name", flat=True))


def all_types() -> list[tuple[str, str]]:
    """Every business type by its name."""
    return list(BusinessType.objects.order_by("position").values_list("pk", "name"))


def chosen_accounts(notice: ProgramNotice) -> QuerySet[SecurityModel]:
    """The accounts to which a notice is limited."""
    rows = SecurityModel.objects.select_related("trade_account")
    return rows.filter(pk__in=notice.chosen.values("security_model"))


# --- who will see it, and who has seen it ---------------------------------------------------------


def people_of_draft(access: Access, notice: ProgramNotice, group: str = "") -> QuerySet[User]:
    """Who belongs to the audience now, or to one of its groups."""
    access.require(P.PUBLISH_NOTICES)
    audience = audience_of(notice)
    return people_in(audience.only(group) if group else audience)


def accounts_of_draft(
    access: Access, notice: ProgramNotice, group: str = ""
) -> QuerySet[SecurityModel]:
    """The accounts of these people, because of which they belong to it."""
    access.require(P.PUBLISH_NOTICES)
    audience = audience_of(notice)
    return accounts_in(audience.only(group) if group else audience)


def accounts_of_audience(notice: ProgramNotice) -> QuerySet[SecurityModel]:
    """The accounts whose people belong to the audience now."""
    return accounts_in(audience_of(notice))


def readers_of(access: Access, notice: ProgramNotice) -> QuerySet[NoticeReader]:
    """Whom a notice concerns and whether they have seen it. Specialists see the people of their own
    partners, other staff nobody.
    """
    rows = NoticeReader.objects.filter(notice=notice).select_related("user", "notice")
    if access.has(P.PUBLISH_NOTICES):
        return rows
    own = StaffAssignment.objects.filter(in_charge(access.user_id)).values("security_model")
    people = Contact.objects.filter(
        security_model__in=own, membership__state=MembershipState.ACTIVE
    )
    return rows.filter(user__in=people.values("membership__user"))


#: What someone has done with a notice.
SEEN, UNSEEN, OLDER = "seen", "unseen", "older"


def by_reading(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Readers who have seen the newest version, only an older one, or none."""
    narrowed = {
        SEEN: rows.filter(seen=F("notice__number")),
        OLDER: rows.filter(seen__gt=0, seen__lt=F("notice__number")),
        UNSEEN: rows.filter(seen=0),
    }
    return narrowed[value]


def name_companies(people: Sequence[Any]) -> None:
    """Add the names of their companies to users or readers of a page; one statement."""
    ids = {getattr(one, "user_id", one.pk): one for one in people}
    rows = Membership.objects.filter(user__in=ids, state=MembershipState.ACTIVE)
    found: dict[Any, list[str]] = {}
    named = rows.order_by("trade_account__name").values_list("user_id", "trade_account__name")
    for user_id, name in named:
        found.setdefault(user_id, []).append(name)
    for user_id, one in ids.items():
        one.companies = found.get(user_id, [])
