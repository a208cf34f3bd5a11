"""Sends one message to many partners, each as a thread of its own (M4).

The request only writes rows. A worker goes through them in bounded steps; each row is claimed as a
lease (core/leases.py), so that a killed worker continues. A row and its thread are one transaction,
and ``Thread.sent_with`` is unique for a partner: each gets the message once.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, note_sweep, record
from core import clock
from core.access import Access, for_user, system
from core.concurrency import made_before
from core.errors import NotAllowed, NotVisible, Problem, Refused, refusal
from core.jobs import enqueue
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from core.text import filled as with_name
from messages_app.facts.template_fields import filled, listed_fields, unknown_in
from messages_app.models import Broadcast, BroadcastRow, Thread
from messages_app.models.broadcasts import WHY_LENGTH
from messages_app.models.threads import BODY_LENGTH, SUBJECT_LENGTH
from messages_app.policies import P
from messages_app.selectors import broadcasts as selectors
from messages_app.selectors.field_values import values_for
from messages_app.services import threads
from security_models import grants

log = logging.getLogger(__name__)

#: The most partners of one message.
AT_ONCE = 1_000
#: How long one job works before it hands the rest to the next one.
STEP = dt.timedelta(seconds=20)
MOST_ATTEMPTS = 5
TASK = "messages_app.tasks.work_through"


def _actor() -> Access:
    return system("Messages")


LEASES = Leases(
    selectors.waiting_rows,
    attempts="attempts",
    due="next_attempt_at",
    length=dt.timedelta(minutes=2),
    actor=_actor,
)


@transaction.atomic
def send_to_many(
    *,
    actor: Access,
    form_key: uuid.UUID,
    subject: str,
    body: str,
    partners: Sequence[uuid.UUID],
    left_out: Mapping[uuid.UUID, str] = {},
    is_inquiry: bool = False,
) -> Broadcast:
    """Confirm a message to many partners; a worker sends it. Two clicks send it once.

    ``left_out`` are partners that the writer leaves out, with the reason. Ids of partners to whom
    the actor may not write are ignored. Those that can't get a message get a row that says why.
    """
    actor.require(P.SEE_INBOX)
    made = made_before(Broadcast, form_key, author_id=actor.user_id)
    if made is not None:
        return made
    models = selectors.writable(actor, list(partners))
    against = {**selectors.reasons_against(models), **left_out}
    _check(subject, body, len(models), sum(one.pk not in against for one in models))
    now = clock.now()
    broadcast = Broadcast.objects.create(
        id=form_key,
        author_id=actor.user_id,
        author_name=actor.name,
        subject=subject,
        body=body,
        is_inquiry=is_inquiry,
        sent_at=now,
    )
    BroadcastRow.objects.bulk_create(
        BroadcastRow(
            broadcast=broadcast,
            security_model=one,
            left_out=one.pk in against,
            why=against.get(one.pk, "")[:WHY_LENGTH],
            done_at=now if one.pk in against else None,
            next_attempt_at=now,
        )
        for one in models
    )
    sending = sum(one.pk not in against for one in models)
    _record("messages_app.sent_to_many", actor, broadcast, count=str(sending))
    enqueue(TASK, broadcast.pk)
    return broadcast


def _check(subject: str, body: str, chosen: int, sending: int) -> None:
    """Refuse unknown fields, and a message that nobody or too many would get."""
    problems = []
    for field, text in (("subject", subject), ("body", body)):
        for unknown in unknown_in(text):
            words = _("“{%(field)s}” is not a field. These are the fields: %(fields)s.")
            words = with_name(words, field=unknown, fields=listed_fields())
            problems.append(Problem("unknown", words, field))
    if chosen > AT_ONCE:
        words = _("Choose at most %(n)s partners at a time.") % {"n": AT_ONCE}
        problems.append(Problem("too_many", words))
    elif not sending:
        words = _("Nobody is left to write to. Choose other partners in the list.")
        problems.append(Problem("nobody", words))
    if problems:
        raise Refused("many", problems)


@transaction.atomic
def stop(*, actor: Access, broadcast_id: uuid.UUID) -> Broadcast:
    """Send nothing more of it. What was sent stays; a second click changes nothing."""
    selectors.broadcast_of(actor, broadcast_id)
    row = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    if row.stopped_at is None and BroadcastRow.objects.filter(broadcast=row, done_at=None).exists():
        row.stopped_at, row.stopped_by_name = clock.now(), actor.name
        row.save(update_fields=["stopped_at", "stopped_by_name"])
        _record("messages_app.many_stopped", actor, row)
    return row


@transaction.atomic
def go_on(*, actor: Access, broadcast_id: uuid.UUID) -> Broadcast:
    """Continue after a stop, and try again what could not be sent; only for the author.

    Nobody gets it twice, and who was left out stays left out.
    """
    selectors.broadcast_of(actor, broadcast_id)
    row = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    if row.author_id != actor.user_id:
        words = with_name(_("Only %(name)s can send this."), name=row.author_name)
        raise refusal("author", words)
    again = BroadcastRow.objects.filter(broadcast=row, thread=None, left_out=False)
    changed = again.update(done_at=None, why="", attempts=0, next_attempt_at=clock.now())
    if row.stopped_at is not None or changed:
        row.stopped_at, row.stopped_by_name = None, ""
        row.save(update_fields=["stopped_at", "stopped_by_name"])
        _record("messages_app.many_continued", actor, row)
        enqueue(TASK, row.pk)
    return row


def _record(kind: str, actor: Access, row: Broadcast, **data: str) -> None:
    about = {"title": row.subject, **data}
    record(kind, actor=actor, scope=PROGRAM, subject=("broadcast", row.pk), **about)


# --- in the worker --------------------------------------------------------------------------------


def work_through(broadcast_id: uuid.UUID | str) -> int:
    """Send what is due of one message, for a bounded time; the rest goes to the next job."""
    key = uuid.UUID(str(broadcast_id))
    with on_behalf_of(_actor()):
        due = selectors.due_rows(key)
    sent = _each(in_time(due, STEP))
    with on_behalf_of(_actor()):
        if due and selectors.due_rows(key):
            enqueue(TASK, key)
    return sent


def sweep_broadcasts() -> int:
    """Send what is due and was not sent: lost jobs and killed workers. Safe to run at any time."""
    with on_behalf_of(_actor()):
        due = selectors.due_rows()
    sent = _each(in_time(due))
    with on_behalf_of(_actor()):
        note_sweep("broadcasts", messages=sent)
    return sent


def _each(row_ids: Iterable[uuid.UUID]) -> int:
    """Send each; one that fails is tried again later and delays no other."""
    sent = 0
    for row_id in row_ids:
        try:
            sent += send_one(row_id)
        except Exception:
            log.exception("a message to many partners waits for its next attempt: %s", row_id)
    return sent


def send_one(row_id: uuid.UUID) -> bool:
    """Send it to one partner, if it is due and no other worker has it; whether it was sent."""
    row = LEASES.claim(row_id, gives_up=_gives_up)
    if row is None:
        return False
    with on_behalf_of(_actor()):
        author = Broadcast.objects.select_related("author").get(pk=row.broadcast_id).author
    with on_behalf_of(for_user(author)):
        waiting = selectors.waiting_rows().select_related("broadcast__author")
        locked = waiting.select_for_update(of=("self",)).filter(pk=row.pk).first()
        return locked is not None and _send(locked)


def _send(row: BroadcastRow) -> bool:
    """Write the thread and settle the row, in one transaction."""
    try:
        with transaction.atomic():
            row.thread = _write(row)
    except Refused as refused:
        row.why = " ".join(str(one.message) for one in refused.problems)[:WHY_LENGTH]
    except (NotVisible, NotAllowed):
        row.why = _("The writer no longer looks after this partner.")
    row.done_at = clock.now()
    row.save(update_fields=["thread", "why", "done_at"])
    return row.thread is not None


def _write(row: BroadcastRow) -> Thread:
    broadcast = row.broadcast
    if broadcast.author.disabled_at is not None or not broadcast.author.is_active:
        raise refusal("disabled", _("The writer is disabled."))
    author = for_user(broadcast.author)
    if not author.has(P.SEE_INBOX):
        raise refusal("role", _("The writer is no longer a specialist or in management."))
    access = grants.enter(author, row.security_model_id)
    access.require(P.ANSWER)
    model = access.security_model
    if why := selectors.reasons_against([model]).get(model.pk):
        raise refusal("nobody", why)
    values = values_for([model], access)[model.pk]
    subject, body = filled(broadcast.subject, values), filled(broadcast.body, values)
    if len(subject) > SUBJECT_LENGTH or len(body) > BODY_LENGTH:
        raise refusal("long", _("With its fields filled, the message is too long."))
    return threads.send_new(
        actor=access,
        form_key=row.pk,
        subject=" ".join(subject.split()),
        body=body,
        is_inquiry=broadcast.is_inquiry,
        sent_with=broadcast.pk,
    )


def _gives_up(row: BroadcastRow) -> bool:
    """Whether every attempt ended without a result: then the row says so."""
    over = row.attempts >= MOST_ATTEMPTS
    if over:
        row.why = _("Something went wrong on our side. Send it again.")
        row.done_at = clock.now()
        row.save(update_fields=["why", "done_at"])
    return over
