"""Sends a notice of the program to the people of its audience, in bounded steps.

A step is one transaction: it takes some people who have not got this version yet, writes their
notices and emails, and notes that they have it. So each person gets a version once, however often
it is published, sent or swept, and a process that is killed loses at most its last step, which
wrote nothing. Claimed as a lease (core/leases.py).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from functools import partial
from typing import Any

from django.utils.translation import gettext, override

from audit.services import PROGRAM, note_sweep
from core import clock
from core.access import Access, system
from core.jobs import enqueue
from core.leases import Leases, Step, in_time
from core.tenancy import on_behalf_of
from core.text import filled
from identity.selectors.user_state import recipient
from messages_app.models import NoticeReader, NoticeSending, NoticeVersion, ProgramNotice
from messages_app.page_links import notice_path
from messages_app.states import NoticeKind, NoticeStatus
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify, reaches

log = logging.getLogger(__name__)

#: How many people one step writes to.
STEP = 100
LEASE = dt.timedelta(minutes=2)
#: The longest time between two tries for those to whom writing failed, and how long they are tried.
LONGEST_PAUSE = dt.timedelta(hours=1)
TRIED_FOR = dt.timedelta(days=1)
#: How long one task works; the next one continues.
BUDGET = dt.timedelta(seconds=45)


def _actor() -> Access:
    return system(gettext("Notices of the program"))


LEASES = Leases(
    lambda: NoticeSending.objects.filter(ended_at=None),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def send_notice(sending_id: uuid.UUID | str, budget: dt.timedelta = BUDGET) -> int:
    """Work on one sending, if it is due and no other worker has it. Return how many people it
    reached.

    What is left when the time is over is handed to the next task.
    """
    failed: set[uuid.UUID] = set()
    step = partial(_step, failed)
    return LEASES.in_steps(sending_id, step, budget=budget, hand_on=_hand_on)


def _step(failed: set[uuid.UUID], sending_id: uuid.UUID) -> Step:
    """Write to the next people. Those to whom that failed are added to ``failed`` and left out
    until the next try, which is later; after a day the sending ends without them.
    """
    with on_behalf_of(_actor()):
        row = NoticeSending.objects.select_for_update().filter(pk=sending_id, ended_at=None).first()
        if row is None:
            return Step()
        notice = ProgramNotice.objects.get(pk=row.notice_id)
        is_current = _is_current(row, notice)
        people = _next_people(row, failed) if is_current else []
        told = [reader.pk for reader in people if _is_told(notice, reader)]
        failed |= {reader.pk for reader in people} - set(told)
        NoticeReader.objects.filter(pk__in=told, sent__lt=row.number).update(sent=row.number)
        row.done += len(told)
        goes_on = len(people) == STEP
        if not goes_on and failed and is_current and clock.now() < _last_try(row):
            row.next_attempt_at = clock.now() + clock.retry_pause(row.attempts, LONGEST_PAUSE)
        elif not goes_on:
            row.ended_at = clock.now()
        row.save(update_fields=["done", "ended_at", "next_attempt_at"])
        return Step(len(told), goes_on)


def _is_current(sending: NoticeSending, notice: ProgramNotice) -> bool:
    """Whether this version is still what readers see: a later one has its own sending, and after
    the end of the notice nobody needs it.
    """
    is_shown = notice.status == NoticeStatus.PUBLISHED and clock.now() < notice.ends_at
    return is_shown and notice.number == sending.number


def _next_people(sending: NoticeSending, failed: set[uuid.UUID]) -> list[NoticeReader]:
    rows = NoticeReader.objects.filter(
        notice=sending.notice_id, addressed=True, sent__lt=sending.number
    )
    rows = rows.exclude(pk__in=failed)
    return list(rows.select_related("user").order_by("pk")[:STEP])


def _last_try(sending: NoticeSending) -> dt.datetime:
    """Until when those are tried again to whom writing failed."""
    version = NoticeVersion.objects.get(notice=sending.notice_id, number=sending.number)
    return max(version.starts_at, version.published_at) + TRIED_FOR


def _is_told(notice: ProgramNotice, reader: NoticeReader) -> bool:
    """Write to one person; whether that worked. It must not keep the notice from all others."""
    whom = f"{reader.user_id} of the notice {notice.pk}"
    return reaches(lambda: _tell(notice, recipient(reader.user)), whom)


def _hand_on(sending: NoticeSending) -> None:
    """Give the lease back, so that the next task continues at once."""
    with on_behalf_of(_actor()):
        LEASES.waiting().filter(pk=sending.pk, ended_at=None).update(next_attempt_at=clock.now())
        enqueue("messages_app.tasks.send_program_notice", sending.pk)


def _tell(notice: ProgramNotice, person: Recipient) -> None:
    """Write the notice and the email of one person; a disabled one gets neither."""
    if person.is_disabled:
        return
    about: dict[str, Any] = {
        "scope": PROGRAM,
        "to": [person],
        "url": notice_path(notice.pk),
        "once_key": f"program-notice:{notice.pk}:{notice.number}",
        "key_is_new": True,
        "corrected": notice.number > 1,
    }
    with override(person.language):
        title = _title(notice)
    if notice.kind == NoticeKind.ALERT:
        notify("document.alert", title=title, **about)
    elif notice.kind == NoticeKind.MAINTENANCE:
        notify("notice.maintenance", due_date=notice.about_on, **about)
    elif notice.kind == NoticeKind.CRITERIA:
        notify("notice.criteria_changed", due_date=notice.about_on, **about)
    else:
        notify("notice.program", title=title, **about)


def _title(notice: ProgramNotice) -> str:
    if notice.number == 1:
        return notice.title
    return filled(gettext("%(title)s (corrected)"), title=notice.title)


def sweep_sendings() -> int:
    """Continue every sending that is due. Safe to run at any time."""
    reached = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(50)
    for sending_id in in_time(due):
        try:
            reached += send_notice(sending_id, dt.timedelta(seconds=20))
        except Exception:
            log.exception("the sending %s waits for its next attempt", sending_id)
    with on_behalf_of(_actor()):
        note_sweep("program_notices", people=reached)
    return reached
