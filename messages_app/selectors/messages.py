"""Reads the messages of a thread, with their files, and the notes of staff."""

from __future__ import annotations

import uuid

from django.db.models import Prefetch

from audit.selectors import Facts, unaltered
from core.access import Access
from core.errors import NotVisible
from messages_app.models import InternalNote, Message, MessageFile, Thread
from messages_app.policies import P


def messages_of(thread: Thread) -> list[Message]:
    """The messages of a thread, the newest first (M2). Raises Altered if one differs from what was
    sent, or is gone.
    """
    unaltered(Facts(Message, "thread_id", [thread.pk]))
    files = MessageFile.objects.select_related("file").order_by("position")
    rows = Message.objects.filter(thread=thread).prefetch_related(Prefetch("files", files))
    found = list(rows.order_by("-sent_at", "-pk"))
    unaltered(Facts(MessageFile, "message_id", [one.pk for one in found]))
    return found


def message_of(access: Access, message_id: uuid.UUID) -> Message | None:
    """A message that the actor has sent in the account of the page; None if there is none."""
    rows = Message.objects.filter(
        pk=message_id, security_model=access.security_model, author_id=access.user_id
    )
    return rows.first()


def notes_of(access: Access, thread: Thread) -> list[InternalNote]:
    """What staff wrote for staff, the newest first; for partners there is none, in any way."""
    if not (access.is_staff and access.has(P.ANSWER)):
        return []
    unaltered(Facts(InternalNote, "thread_id", [thread.pk]))
    return list(InternalNote.objects.filter(thread=thread).order_by("-written_at", "-pk"))


def file_of(access: Access, thread_id: uuid.UUID, file_id: uuid.UUID) -> MessageFile:
    """A file of a message of the account of the page. Raises NotVisible for any other."""
    rows = MessageFile.objects.filter(
        pk=file_id, message__thread=thread_id, security_model=access.security_model
    )
    row = rows.select_related("file").first()
    if row is None:
        raise NotVisible("file")
    return row
