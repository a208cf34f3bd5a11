"""Sends a notice of the program to the people of its audience, in bounded steps.

A step is one transaction: it takes some people who have not got this version yet, writes their
notices and emails, and notes that they have it. So each person gets a version once, however often
it is published, sent or swept, and a process that is killed loses at most its last step, which
wrote nothing. Claimed as a lease (core/leases.py).
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext, override

from audit.services import PROGRAM, note_sweep
from core import clock
from core.access import Access, system
from core.jobs import enqueue
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from core.text import filled
from identity.selectors.user_state import recipient
from messages_app.models import NoticeReader, NoticeSending, ProgramNotice
from messages_app.page_links import notice_path
from messages_app.states import NoticeKind, NoticeStatus
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify

#: How many people one step writes to.
STEP = 100
LEASE = dt.timedelta(minutes=2)
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
    sending = LEASES.claim(sending_id, gives_up=lambda _row: False)
    if sending is None:
        return 0
    until, reached = clock.now() + budget, 0
    while (step := _step(sending.pk)) is not None:
        reached += step
        if clock.now() >= until:
            _hand_on(sending)
            break
        LEASES.renew(sending)
    return reached


def _step(sending_id: uuid.UUID) -> int | None:
    """Write to the next people; None when nobody is left."""
    with on_behalf_of(_actor()):
        row = NoticeSending.objects.select_for_update().filter(pk=sending_id, ended_at=None).first()
        if row is None:
            return None
        notice = ProgramNotice.objects.get(pk=row.notice_id)
        people = list(_next_people(row)) if _is_current(row, notice) else []
        for reader in people:
            _tell(notice, recipient(reader.user))
        NoticeReader.objects.filter(pk__in=[one.pk for one in people], sent__lt=row.number).update(
            sent=row.number
        )
        row.done += len(people)
        if len(people) < STEP:
            row.ended_at = clock.now()
        row.save(update_fields=["done", "ended_at"])
        return len(people) if row.ended_at is None else None


def _is_current(sending: NoticeSending, notice: ProgramNotice) -> bool:
    """Whether this version is still what readers see; a later one has its own sending."""
    return notice.status == NoticeStatus.PUBLISHED and notice.number == sending.number


def _next_people(sending: NoticeSending) -> list[NoticeReader]:
    rows = NoticeReader.objects.filter(
        notice=sending.notice_id, addressed=True, sent__lt=sending.number
    )
    return list(rows.select_related("user").order_by("pk")[:STEP])


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


def due_sendings() -> list[uuid.UUID]:
    """The sendings that are due: scheduled ones whose time has come, and lost tasks."""
    rows = NoticeSending.objects.filter(ended_at=None, next_attempt_at__lte=clock.now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:50])


def sweep_sendings() -> int:
    """Continue every sending that is due. Safe to run at any time."""
    reached = 0
    with on_behalf_of(_actor()):
        due = due_sendings()
    for sending_id in in_time(due):
        reached += send_notice(sending_id, dt.timedelta(seconds=20))
    with on_behalf_of(_actor()):
        note_sweep("program_notices", people=reached)
    return reached
