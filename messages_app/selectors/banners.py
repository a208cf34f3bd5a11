"""The banners of a reader: which run now, which are for this person, which were dismissed.

Every page asks. What is published is read again only after it was changed: a transaction reads a
stamp as it begins (``core.tenancy.bind``), and a process keeps what it read under that stamp. So a
page without a running banner needs no statement, and any number of them needs one. The audience is
who belongs to it now, whoever belonged when it was published.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from core import clock
from core.access import Access
from core.tenancy import beyond_tenants
from identity.models import User
from messages_app.models import NoticeReader, ProgramNotice
from messages_app.selectors.audience import Audience, audience_of, belongs
from messages_app.states import Group, NoticeKind, NoticeStatus, Severity


@dataclass(frozen=True)
class Banner:
    """What the banner of a notice needs, from the row of the notice."""

    notice_id: uuid.UUID
    number: int
    severity: str
    kind: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    audience: Audience

    def runs(self, now: dt.datetime) -> bool:
        """Whether it is shown at that moment."""
        return self.starts_at <= now < self.ends_at

    @property
    def can_be_dismissed(self) -> bool:
        """Whether a reader can close it; critical ones stay."""
        return self.severity != Severity.CRITICAL

    @property
    def kind_words(self) -> str:
        """What the notice is, in words."""
        return str(NoticeKind(self.kind).label)

    @property
    def is_for_everyone(self) -> bool:
        """Whether people who are not signed in see it too."""
        return Group.EVERYONE in self.audience.groups


#: The most urgent first.
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}
#: What this process has read, and under which stamp.
_read: tuple[str, tuple[Banner, ...]] = ("", ())


def running(stamp: str) -> list[Banner]:
    """Every banner that runs now, for whomever; reads them only if the stamp is another one."""
    global _read
    if not stamp:
        return []
    known, banners = _read
    if known != stamp:
        banners = _published()
        _read = (stamp, banners)
    now = clock.now()
    return [one for one in banners if one.runs(now)]


@beyond_tenants("Which banners run is read once for all readers of a process.")
def _published() -> tuple[Banner, ...]:
    rows = ProgramNotice.objects.filter(status=NoticeStatus.PUBLISHED, has_banner=True)
    found = [
        Banner(
            one.pk, one.number, one.severity, one.kind, one.title,
            one.starts_at, one.ends_at, audience_of(one),
        )
        for one in rows.defer("text", "accounts", "correction")
        if one.starts_at is not None
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (_ORDER[Severity(one.severity)], one.starts_at)))


def banners_for(access: Access, stamp: str) -> list[Banner]:
    """The banners that the reader's page shows: theirs, and not dismissed in this version."""
    banners = running(stamp)
    if not banners or access.user is None:
        return [one for one in banners if one.is_for_everyone]
    concerned, dismissed = _answers(access, banners)
    return [
        one
        for one, is_theirs, is_closed in zip(banners, concerned, dismissed, strict=True)
        if is_theirs and not (is_closed and one.can_be_dismissed)
    ]


def concerning(access: Access, stamp: str) -> list[Banner]:
    """The running banners that are for this person, also those that were dismissed."""
    banners = running(stamp)
    if not banners or access.user is None:
        return []
    concerned, _dismissed = _answers(access, banners)
    return [one for one, is_theirs in zip(banners, concerned, strict=True) if is_theirs]


def _answers(access: Access, banners: list[Banner]) -> tuple[list[bool], list[bool]]:
    """For each banner, whether it is for the reader, and whether it was dismissed; one
    statement.
    """
    asked: dict[str, Any] = {}
    for place, one in enumerate(banners):
        theirs = ExpressionWrapper(belongs(one.audience), output_field=BooleanField())
        asked[f"theirs_{place}"] = theirs
        rows = NoticeReader.objects.filter(user=OuterRef("pk"), notice=one.notice_id)
        asked[f"closed_{place}"] = Exists(rows.filter(dismissed__gte=one.number))
    users = User.objects.filter(pk=access.user_id).annotate(**asked)
    row = users.values_list(*asked).get()
    return list(row[0::2]), list(row[1::2])
