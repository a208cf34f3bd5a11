"""Sends messages and moves threads between the two sides (M3-M5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.days import day
from core.errors import NotVisible, Stale, refusal
from documents.checks.details import Details
from documents.services import Place, keep_in_library
from documents.states import PlaceKind
from files.models import StoredFile
from identity.models import User
from messages_app.machine import THREAD
from messages_app.models import Draft, DraftFile, InternalNote, Message, MessageFile, Thread
from messages_app.policies import P
from messages_app.providers import linked
from messages_app.providers.reactions import partner_wrote
from messages_app.selectors.colleagues import colleagues_of
from messages_app.services import notices
from messages_app.services.readings import arrived, read_now
from messages_app.states import REPLY, Side, ThreadStatus

#: The type of documents that were sent with messages.
ATTACHMENT = "message_attachment"


@transaction.atomic
def send_new(
    *,
    actor: Access,
    form_key: uuid.UUID,
    subject: str,
    body: str,
    about: str = "",
    is_inquiry: bool = False,
    sent_with: uuid.UUID | None = None,
) -> Thread:
    """Begin a thread in the account of the page with its first message.

    ``form_key`` is the id of the draft, whose files go along; it becomes the id of the thread and
    of the message, so that sending twice sends once. ``about`` links something of the account, as
    ``kind:id``. An inquiry starts the time to reply; only the program asks for one.
    """
    actor.require(P.READ)
    model = actor.security_model
    made = made_before(Thread, form_key, security_model_id=model.pk)
    if made is not None:
        return made
    now = clock.now()
    thread = Thread.objects.create(
        id=form_key,
        security_model=model,
        subject=subject,
        status=_next_status(actor),
        opened_at=now,
        last_message_at=now,
        last_side=_side(actor),
        waits_since=clock.today(),
        about=about,
        about_words=linked.words_of(actor, about),
        sent_with=sent_with,
    )
    THREAD.begin(thread, actor=actor)
    _write(actor, thread, form_key, body, is_inquiry=is_inquiry)
    return thread


@transaction.atomic
def reply(
    *,
    actor: Access,
    thread_id: uuid.UUID,
    form_key: uuid.UUID,
    body: str,
    version: int,
    is_inquiry: bool = False,
    close: bool = False,
) -> Message:
    """Answer a thread; a closed one is open again.

    Raises Stale if someone wrote or closed it since the writer's page was made: what came in
    between is read first. ``form_key`` is the id of the draft and becomes that of the message.
    ``close`` says that no answer is expected.
    """
    actor.require(P.READ)
    thread = lock(actor, thread_id)
    made = made_before(Message, form_key, thread_id=thread.pk, author_id=actor.user_id)
    if made is not None:
        return made
    if not thread.is_answerable:
        raise refusal("portal", _("The portal wrote this by itself. Write a new message instead."))
    if thread.version != version:
        raise Stale(thread)
    if thread.status != _next_status(actor):
        THREAD.apply(_answer(actor), thread, actor=actor)
        thread.waits_since = clock.today()
    if close and thread.is_open_inquiry:
        _end_inquiry(actor, thread)  # before the email, which would ask for an answer
    message = _write(actor, thread, form_key, body, is_inquiry=is_inquiry)
    if close:
        THREAD.apply("close", thread, actor=actor)
    return message


def lock(actor: Access, thread_id: uuid.UUID) -> Thread:
    """A thread of the account of the page, locked. Raises NotVisible for any other."""
    rows = Thread.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("security_model__trade_account")
    row = rows.filter(pk=thread_id, security_model=actor.security_model).first()
    if row is None:
        raise NotVisible("thread")
    return row


def _side(actor: Access) -> Side:
    return Side.PROGRAM if actor.is_staff or actor.is_system else Side.PARTNER


def _next_status(actor: Access) -> ThreadStatus:
    """Whom a thread waits for after the actor wrote."""
    return ThreadStatus.PARTNER if _side(actor) == Side.PROGRAM else ThreadStatus.PROGRAM


def _answer(actor: Access) -> str:
    return "answer_as_program" if _side(actor) == Side.PROGRAM else "answer_as_partner"


def _write(
    actor: Access, thread: Thread, form_key: uuid.UUID, body: str, *, is_inquiry: bool
) -> Message:
    """Add the message with the files of its draft; the draft goes. Emails the other side."""
    if is_inquiry:
        actor.require(P.ANSWER)
    now = clock.now()
    message = Message.objects.create(
        id=form_key,
        thread=thread,
        security_model_id=thread.security_model_id,
        side=_side(actor),
        body=body,
        is_inquiry=is_inquiry,
        sent_at=now,
        author_id=actor.user_id,
        author_name=actor.name,
        author_role=notices.role_words(actor),
    )
    _take_files(actor, message)
    _settle_inquiry(actor, thread, is_inquiry=is_inquiry)
    thread.last_message_at, thread.last_side = now, message.side
    thread.version += 1
    thread.save()
    arrived(thread)
    read_now(actor, thread)
    record(
        "messages_app.sent",
        actor=actor,
        scope=model_scope(thread.security_model_id),
        subject=("thread", thread.pk),
        title=thread.subject,
    )
    notices.sent(actor, thread, message)
    if message.side == Side.PARTNER:
        for _answer in partner_wrote(thread):
            pass
    return message


def _take_files(actor: Access, message: Message) -> None:
    """The files of the draft become those of the message."""
    waiting = DraftFile.objects.filter(draft=message.pk, user=actor.user_id)
    rows = list(waiting.select_related("file").order_by("added_at", "pk"))
    if any(one.security_model_id != message.security_model_id for one in rows):
        words = _("These files belong to another account. Remove them, or choose that account.")
        raise refusal("other_account", words, "file")
    MessageFile.objects.bulk_create(
        MessageFile(
            message=message,
            security_model_id=message.security_model_id,
            file_id=one.file_id,
            position=at,
        )
        for at, one in enumerate(rows)
    )
    for one in rows:
        _keep_in_library(actor, message, one.file)
    Draft.objects.filter(pk=message.pk, user=actor.user_id).delete()
    _forget_beginnings(actor, message)


def _keep_in_library(actor: Access, message: Message, file: StoredFile) -> None:
    """What was sent with a message is in the Partner Library, tagged with its place (D2)."""
    keep_in_library(
        actor=actor,
        model=message.security_model,
        file=file,
        details=Details(file.name, ATTACHMENT),
        place=Place(PlaceKind.MESSAGE, str(message.thread_id)),
    )


def _forget_beginnings(actor: Access, message: Message) -> None:
    """Delete drafts that the message contains: a page may have saved itself while it was sent."""
    rows = Draft.objects.filter(user=actor.user_id, security_model=message.security_model_id)
    is_first = message.pk == message.thread_id
    of_this = (
        Q(thread=None, subject=message.thread.subject) if is_first else Q(thread=message.thread_id)
    )
    here = rows.filter(of_this).exclude(body="")
    begun = [one.pk for one in here if message.body.startswith(one.body)]
    Draft.objects.filter(pk__in=begun, files=None).delete()


def _settle_inquiry(actor: Access, thread: Thread, *, is_inquiry: bool) -> None:
    """An inquiry starts the time to reply anew; an answer of the company ends it."""
    about: dict[str, Any] = {"actor": actor, "scope": model_scope(thread.security_model_id)}
    if is_inquiry:
        thread.inquiry_on, thread.replied_on = clock.today(), None
        due = clock.clock(REPLY).due(clock.today())
        record("messages_app.inquiry", **about, title=thread.subject, due=day(due))
    elif thread.is_open_inquiry and _side(actor) == Side.PARTNER:
        thread.replied_on = clock.today()
        record("messages_app.inquiry_answered", **about, title=thread.subject)


@transaction.atomic
def close(*, actor: Access, thread_id: uuid.UUID, version: int) -> Thread:
    """Close a thread: nobody waits for an answer. A message opens it again.

    A company can't close an inquiry before it has answered; if the program closes one, the time to
    reply ends. Raises Stale if someone wrote since.
    """
    actor.require(P.READ)
    thread = lock(actor, thread_id)
    if thread.status == ThreadStatus.CLOSED:
        return thread
    if thread.version != version:
        raise Stale(thread)
    THREAD.apply("close", thread, actor=actor)
    if thread.is_open_inquiry:
        _end_inquiry(actor, thread)
    thread.version += 1
    thread.save()
    _note("messages_app.closed", actor, thread)
    return thread


@transaction.atomic
def start_inquiry(*, actor: Access, thread_id: uuid.UUID) -> Thread:
    """Mark a thread as an inquiry from today on, without a further message."""
    actor.require(P.ANSWER)
    thread = lock(actor, thread_id)
    if thread.is_open_inquiry:
        return thread
    if thread.status != ThreadStatus.PARTNER:
        words = _("Only a thread that waits for the partner can be an inquiry. Write a message.")
        raise refusal("not_waiting", words)
    _settle_inquiry(actor, thread, is_inquiry=True)
    thread.version += 1
    thread.save()
    notices.waits_for_partner(thread)
    return thread


@transaction.atomic
def end_inquiry(*, actor: Access, thread_id: uuid.UUID) -> Thread:
    """Say that an answer is no longer needed: the time to reply ends."""
    actor.require(P.ANSWER)
    thread = lock(actor, thread_id)
    if thread.is_open_inquiry:
        _end_inquiry(actor, thread)
        thread.version += 1
        thread.save()
    return thread


def _end_inquiry(actor: Access, thread: Thread) -> None:
    thread.replied_on = clock.today()
    _note("messages_app.inquiry_ended", actor, thread)


@transaction.atomic
def ask_colleague(*, actor: Access, thread_id: uuid.UUID, user_id: uuid.UUID | None) -> Thread:
    """Ask a contact of the company to take care of a thread; None takes it back.

    Everyone still reads and answers it.
    """
    actor.require(P.READ)
    thread = lock(actor, thread_id)
    if thread.colleague_id == user_id:
        return thread
    chosen = _colleague(actor, user_id)
    thread.colleague = chosen
    thread.save(update_fields=["colleague"])
    if chosen is None:
        _note("messages_app.no_colleague", actor, thread)
        return thread
    _note("messages_app.colleague", actor, thread, name=chosen.name)
    if chosen.pk != actor.user_id:
        notices.asked_colleague(actor, thread, chosen)
    return thread


def _colleague(actor: Access, user_id: uuid.UUID | None) -> User | None:
    if user_id is None:
        return None
    for one in colleagues_of(actor.security_model):
        if one.pk == user_id:
            return one
    raise refusal("colleague", _("Choose a contact of this account."), "colleague")


@transaction.atomic
def add_note(
    *, actor: Access, thread_id: uuid.UUID, form_key: uuid.UUID, body: str
) -> InternalNote:
    """Write something for staff only; two clicks write it once."""
    actor.require(P.ANSWER)
    thread = lock(actor, thread_id)
    mine = {"thread_id": thread.pk, "author_id": actor.user_id}
    made = made_before(InternalNote, form_key, **mine)
    if made is not None:
        return made
    return InternalNote.objects.create(
        id=form_key,
        thread=thread,
        security_model_id=thread.security_model_id,
        body=body,
        written_at=clock.now(),
        author_id=actor.user_id,
        author_name=actor.name,
    )


def _note(kind: str, actor: Access, thread: Thread, **data: Any) -> None:
    record(
        kind,
        actor=actor,
        scope=model_scope(thread.security_model_id),
        subject=("thread", thread.pk),
        title=thread.subject,
        **data,
    )
