"""Corrects a published notice of the program: a draft of the next version, then the version.

A correction changes what is said and until when. Whom a notice is for, and since when, stays: for
others it is another notice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import Stale, refusal, refuse
from messages_app.checks import program_notices as checks
from messages_app.machine import NOTICE
from messages_app.models import NoticeReader, ProgramNotice
from messages_app.policies import P
from messages_app.services.program_notice_effects import (
    keep_version,
    locked,
    send_later,
    stamp_anew,
    subject_of,
    written_by,
)
from messages_app.states import NoticeStatus

#: What a correction can change.
CORRECTED = ("severity", "title", "text", "link", "ends_at")


@transaction.atomic
def save_correction(
    *, actor: Access, notice_id: uuid.UUID, expected: int, note: str, **data: Any
) -> ProgramNotice:
    """Save the draft of the next version of a published notice. Readers see the last one."""
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    _require_published(notice)
    refuse(checks.times(None, data["ends_at"], clock.now()))
    if all(getattr(notice, name) == data[name] for name in CORRECTED):
        raise refusal("same", _("Change something. This is what readers see already."))
    stored = {**data, "ends_at": data["ends_at"].isoformat(), "note": note}
    return save_versioned(notice, expected=expected, correction=stored, **written_by(actor))


def _require_published(notice: ProgramNotice) -> None:
    if notice.status != NoticeStatus.PUBLISHED:
        words = _("This notice can't be corrected: its status is “%(status)s”.")
        raise refusal("not_published", words % {"status": notice.get_status_display()})


@transaction.atomic
def discard_correction(*, actor: Access, notice_id: uuid.UUID, expected: int) -> ProgramNotice:
    """Discard the draft of the next version."""
    actor.require(P.PUBLISH_NOTICES)
    return save_versioned(locked(notice_id), expected=expected, correction={}, **written_by(actor))


@transaction.atomic
def publish_correction(*, actor: Access, notice_id: uuid.UUID, expected: int) -> ProgramNotice:
    """Publish the next version as it was read. It is sent to the people of the first one.

    A banner that was dismissed comes back.
    """
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    if notice.version == expected + 1 and not notice.correction and notice.number > 1:
        return notice
    if notice.version != expected:
        raise Stale(notice)
    if not notice.correction:
        raise refusal("nothing", _("There is no correction to publish."))
    changes = corrected(notice)
    refuse(checks.times(None, changes["ends_at"], clock.now()))
    note = notice.correction["note"]
    NOTICE.apply(
        "correct",
        notice,
        actor=actor,
        reason=note,
        number=notice.number + 1,
        version=expected + 1,
        correction={},
        **changes,
        **written_by(actor),
    )
    people = NoticeReader.objects.filter(notice=notice, addressed=True).count()
    keep_version(notice, actor, people, note)
    send_later(notice, people)
    stamp_anew()
    record(
        "messages_app.notice_corrected",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
        version=notice.number,
        note=note,
    )
    return notice


def corrected(notice: ProgramNotice) -> dict[str, Any]:
    """The columns of a notice as its correction would make them."""
    kept = {name: notice.correction[name] for name in CORRECTED}
    return {**kept, "ends_at": dt.datetime.fromisoformat(kept["ends_at"])}
