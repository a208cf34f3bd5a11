"""What every change of a notice of the program shares: the locked row, and what follows from
publishing, as rows in the same transaction.
"""

from __future__ import annotations

import uuid
from typing import Any

from core import clock
from core.access import Access
from core.errors import NotVisible
from core.ids import new_id
from core.jobs import enqueue
from messages_app.models import (
    NoticeReader,
    NoticeSending,
    NoticeStamp,
    NoticeVersion,
    ProgramNotice,
)
from messages_app.selectors.audience import audience_of, people_in

#: How many people are written at a time as an audience is frozen.
_AT_A_TIME = 2000


def subject_of(notice: ProgramNotice) -> tuple[str, uuid.UUID]:
    return ("program_notice", notice.pk)


def locked(notice_id: uuid.UUID) -> ProgramNotice:
    """The notice, locked. Raises NotVisible for an unknown one."""
    notice = ProgramNotice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible("program_notice")
    return notice


def written_by(actor: Access) -> dict[str, Any]:
    """The columns that say who wrote last, and when."""
    return {
        "updated_at": clock.now(),
        "updated_by_id": actor.user_id,
        "updated_by_name": actor.name,
    }


def address(notice: ProgramNotice) -> int:
    """Freeze the audience: a row for each of its people. Return how many they are."""
    ids = list(people_in(audience_of(notice)).values_list("pk", flat=True))
    rows = (NoticeReader(notice=notice, user_id=pk, addressed=True) for pk in ids)
    NoticeReader.objects.bulk_create(rows, batch_size=_AT_A_TIME)
    return len(ids)


def keep_version(notice: ProgramNotice, actor: Access, people: int, note: str = "") -> None:
    assert notice.starts_at is not None  # noqa: S101 (a constraint of the table)
    NoticeVersion.objects.create(
        notice=notice,
        number=notice.number,
        severity=notice.severity,
        title=notice.title,
        text=notice.text,
        link=notice.link,
        starts_at=notice.starts_at,
        ends_at=notice.ends_at,
        audience={
            "groups": notice.groups,
            "business_types": notice.business_types,
            "accounts": notice.chosen.count() if notice.by_account else None,
        },
        people=people,
        note=note,
        published_at=clock.now(),
        published_by_id=actor.user_id,
        published_by_name=actor.name,
    )


def send_later(notice: ProgramNotice, people: int) -> None:
    """Write the sending of this version, due when the notice starts."""
    if not notice.has_message:
        return
    assert notice.starts_at is not None  # noqa: S101 (a constraint of the table)
    due = max(notice.starts_at, clock.now())
    sending = NoticeSending.objects.create(
        notice=notice, number=notice.number, people=people, next_attempt_at=due
    )
    if due <= clock.now():
        enqueue("messages_app.tasks.send_program_notice", sending.pk)


def stamp_anew() -> None:
    """Tell every process that the published banners are others now."""
    NoticeStamp.objects.update_or_create(pk=1, defaults={"stamp": new_id()})
