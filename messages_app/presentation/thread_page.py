"""One thread for its page: its state, its messages and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access import Access
from messages_app import page_links
from messages_app.models import InternalNote, Message, Thread
from messages_app.presentation.thread_rows import (
    deadline_of,
    status_code,
    status_words,
    waits_for_reader,
)
from messages_app.providers import linked
from messages_app.states import Side, ThreadStatus


def thread_context(
    access: Access,
    thread: Thread,
    messages: Sequence[Message],
    notes: Sequence[InternalNote],
) -> dict[str, Any]:
    """What the template of a thread shows."""
    side = access.is_staff
    model = access.security_model
    files = "messages_app:staff-file" if side else "messages_app:file"
    return {
        "thread": thread,
        "model": model,
        "here": page_links.page_for(thread, is_staff=side),
        "status": status_code(thread, is_staff=side),
        "status_words": status_words(thread, is_staff=side),
        "is_mine": waits_for_reader(thread, is_staff=side),
        "deadline": deadline_of(thread),
        "about_url": linked.url_of(access, thread.about),
        "is_closed": thread.status == ThreadStatus.CLOSED,
        "messages_shown": [_shown(access, one, files, thread) for one in messages],
        "notes": notes,
    }


def _shown(access: Access, message: Message, page: str, thread: Thread) -> dict[str, Any]:
    """One message: who wrote it, when, what, and its files with their addresses."""
    return {
        "message": message,
        "id": message.pk,
        "is_mine": message.author_id == access.user_id,
        "by_program": message.side == Side.PROGRAM,
        "by_portal": message.side == Side.PORTAL,
        "files": [
            (one.file, page_links.file_page(page, one, thread, access))
            for one in message.files.all()
        ],
    }
