"""Tells the readers of a public library that a document was published, in bounded steps.

A step is one transaction: it writes to the next people in the order of their ids, and notes how far
it came. So each person is told once, however often the task runs, and a process that is killed
loses at most its last step, which wrote nothing. Claimed as a lease (core/leases.py).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

from django.utils.translation import gettext

from audit.services import PROGRAM, note_sweep
from core import clock
from core.access import Access, system
from core.jobs import enqueue
from core.leases import Leases, Step, in_time
from core.links import path_to
from core.tenancy import on_behalf_of
from documents.models import PublicDocument, PublicSending
from documents.selectors.public_documents import has_clean_version, people_reading, stage_of
from documents.states import Library, PublicStage
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.services.sending import notify, reaches

log = logging.getLogger(__name__)

#: How many people one step writes to.
STEP = 100
LEASE = dt.timedelta(minutes=2)
#: How long one task works; the next one continues.
BUDGET = dt.timedelta(seconds=45)
KINDS = {
    Library.TRADE: "document.published_trade",
    Library.CONTACTS: "document.published",
}


def _actor() -> Access:
    return system(gettext("Public documents"))


LEASES = Leases(
    lambda: PublicSending.objects.filter(ended_at=None),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def begin_telling(document: PublicDocument) -> None:
    """Tell readers from the moment at which they find a published document."""
    assert document.starts_at is not None  # noqa: S101 - a published document has a start
    sending = PublicSending.objects.create(document=document, next_attempt_at=document.starts_at)
    if document.starts_at <= clock.now():
        enqueue("documents.tasks.tell_readers", sending.pk)


def follow_start(document: PublicDocument) -> None:
    """Tell readers at another moment, if the first day was changed before they were told."""
    waiting = PublicSending.objects.filter(document=document, ended_at=None, reached=None)
    waiting.update(next_attempt_at=document.starts_at)


def tell_readers(sending_id: uuid.UUID | str, budget: dt.timedelta = BUDGET) -> int:
    """Work on one sending, if it is due and no other worker has it. Return how many were told.

    What is left when the time is over is handed to the next task.
    """
    return LEASES.in_steps(sending_id, _step, budget=budget, hand_on=_hand_on)


def _step(sending_id: uuid.UUID) -> Step:
    """Tell the next people; without any, or once readers no longer find it, it ends."""
    with on_behalf_of(_actor()):
        rows = PublicSending.objects.select_for_update().select_related("document__type")
        row = rows.filter(pk=sending_id, ended_at=None).first()
        if row is None:
            return Step()
        people = _next_people(row) if _is_found(row.document) else []
        told = sum(_is_told(row.document, one) for one in people)
        row.done += told
        row.reached = people[-1].pk if people else row.reached
        goes_on = len(people) == STEP
        if not goes_on:
            row.ended_at = clock.now()
        row.save(update_fields=["done", "reached", "ended_at"])
        return Step(told, goes_on)


def _is_found(document: PublicDocument) -> bool:
    """Whether readers find it now: it is shown, and not every file of it was blocked since (D5)."""
    return stage_of(document) == PublicStage.SHOWN and has_clean_version(document)


def _next_people(row: PublicSending) -> list[User]:
    people = people_reading(row.document).order_by("pk")
    if row.reached is not None:
        people = people.filter(pk__gt=row.reached)
    return list(people[:STEP])


def _is_told(document: PublicDocument, reader: User) -> bool:
    """Tell one person; whether that worked. It must not keep the news from all others."""
    whom = f"{reader.pk} of the public document {document.pk}"
    return reaches(lambda: _tell(document, reader), whom)


def _tell(document: PublicDocument, reader: User) -> None:
    about: dict[str, Any] = {
        "scope": PROGRAM,
        "to": [recipient(reader)],
        "url": path_to(f"documents:{document.library}-public"),
        "once_key": f"public-document:{document.pk}",
        "key_is_new": True,
    }
    code = KINDS[Library(document.library)]
    notify(code, title=document.title, type=str(document.type), **about)


def _hand_on(sending: PublicSending) -> None:
    """Give the lease back, so that the next task continues at once."""
    with on_behalf_of(_actor()):
        LEASES.waiting().filter(pk=sending.pk, ended_at=None).update(next_attempt_at=clock.now())
        enqueue("documents.tasks.tell_readers", sending.pk)


def sweep_public_sendings() -> int:
    """Continue every sending that is due: scheduled ones, and lost tasks. Safe at any time."""
    told = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(50)
    for sending_id in in_time(due):
        try:
            told += tell_readers(sending_id, dt.timedelta(seconds=20))
        except Exception:
            log.exception("the sending %s waits for its next attempt", sending_id)
    with on_behalf_of(_actor()):
        note_sweep("public_documents", people=told)
    return told
