"""A thread as a document: all messages with the hashes of their files, and no notes of staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audit.services import model_scope
from core.days import moment
from core.text import filled
from files.models import Rendering
from files.providers.document_kinds import register
from files.services import request_rendering
from messages_app.models import Message, Thread

KIND = "thread"


def content_of(thread: Thread, messages: Iterable[Message]) -> dict[str, Any]:
    """The thread as plain data, the oldest message first; the same thread gives the same
    document.
    """
    model = thread.security_model
    return {
        "thread": str(thread.pk),
        "company": model.trade_account.name,
        "reference": model.reference,
        "subject": thread.subject,
        "about": thread.about_words,
        "messages": [_written(one) for one in sorted(messages, key=lambda one: one.sent_at)],
    }


def _written(message: Message) -> dict[str, Any]:
    return {
        "author": message.author_name,
        "role": message.author_role,
        "sent_at": message.sent_at.isoformat(),
        "is_inquiry": message.is_inquiry,
        "body": message.body,
        "files": [
            {"name": one.file.name, "size": one.file.size, "sha256": one.file.sha256}
            for one in message.files.all()
        ],
    }


def document_of(thread: Thread, messages: Iterable[Message]) -> Rendering:
    """The document of a thread as it is now. The caller has checked the right to read it."""
    title = filled(_("Messages: %(subject)s"), subject=thread.subject)[:200]
    scope = model_scope(thread.security_model_id)
    return request_rendering(
        kind=KIND, title=title, scope=scope, content=content_of(thread, messages)
    )


def prepare(content: dict[str, Any]) -> dict[str, Any]:
    """The context of the template."""
    return {
        "doc_subject": content["subject"],
        "reference": content["reference"],
        "shown": [
            {**one, "at": moment(dt.datetime.fromisoformat(one["sent_at"]))}
            for one in content["messages"]
        ],
    }


def register_documents() -> None:
    """Register the kind of document with the worker."""
    register(KIND, "messages_app/pdf/thread.html", prepare, of_record=lambda content: False)
