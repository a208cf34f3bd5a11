"""Notes that a person has seen a notice of the program, or closed its banner.

Seen means opened or dismissed; a banner that was only shown is not.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import refusal
from messages_app.models import NoticeReader, ProgramNotice
from messages_app.selectors.reader_notices import notice_of_reader
from messages_app.states import Severity


def note_seen(access: Access, notice: ProgramNotice) -> None:
    """Note that the reader has opened this version, the first time."""
    if access.user is not None:
        _note(access, notice, dismissed=False)


@transaction.atomic
def dismiss(*, actor: Access, notice_id: uuid.UUID, number: int, stamp: str) -> ProgramNotice:
    """Close the banner of a version for this person; a newer version comes back.

    Whoever closes a version that was corrected in between keeps the banner of the newer one.
    """
    notice = notice_of_reader(actor, notice_id, stamp)
    if notice.severity == Severity.CRITICAL:
        raise refusal("critical", _("This notice is critical. It stays while it runs."))
    if number == notice.number:
        _note(actor, notice, dismissed=True)
    return notice


def _note(access: Access, notice: ProgramNotice, *, dismissed: bool) -> None:
    mine = NoticeReader.objects.filter(user=access.user_id, notice=notice)
    if not mine.exists():
        row = NoticeReader(notice=notice, user_id=access.user_id, addressed=False)
        NoticeReader.objects.bulk_create([row], ignore_conflicts=True)
    mine.filter(seen__lt=notice.number).update(seen=notice.number, seen_at=clock.now())
    if dismissed:
        mine.filter(dismissed__lt=notice.number).update(dismissed=notice.number)
