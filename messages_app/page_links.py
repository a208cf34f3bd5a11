"""Addresses of messages, for lists, tasks and emails; partners and staff have their own pages."""

from __future__ import annotations

import uuid

from core.access import Access
from core.links import path_to
from messages_app.models import BroadcastRow, Draft, MessageFile, Thread
from security_models.models import SecurityModel


def partner_page(thread: Thread, model: SecurityModel) -> str:
    """The thread as the company reads it."""
    return path_to(
        "messages_app:thread",
        trade_id=model.trade_account_id,
        model_id=model.pk,
        thread_id=thread.pk,
    )


def staff_page(thread: Thread) -> str:
    """The thread as staff read it."""
    return path_to(
        "messages_app:staff-thread", model_id=thread.security_model_id, thread_id=thread.pk
    )


def page_for(thread: Thread, *, is_staff: bool) -> str:
    """The thread as the reader's side reads it."""
    return staff_page(thread) if is_staff else partner_page(thread, thread.security_model)


def draft_page(draft: Draft, *, is_staff: bool) -> str:
    """Where the writer continues with a draft."""
    if draft.thread is not None:
        model = draft.security_model
        page = staff_page(draft.thread) if is_staff else partner_page(draft.thread, model)
        return f"{page}?draft={draft.pk}"
    if is_staff:
        place = path_to("messages_app:staff-new", model_id=draft.security_model_id)
    else:
        place = path_to("messages_app:new")
    return f"{place}?draft={draft.pk}"


def file_page(page: str, file: MessageFile, thread: Thread, access: Access) -> str:
    """Where a file of a message is opened; empty until it is known to be clean (D5)."""
    if not file.file.is_clean:
        return ""
    places = {"model_id": thread.security_model_id, "thread_id": thread.pk, "file_id": file.pk}
    if not access.is_staff:
        places["trade_id"] = access.security_model.trade_account_id
    return path_to(page, **places)


def notice_path(notice_id: uuid.UUID) -> str:
    """The page on which a reader reads a notice of the program."""
    return path_to("messages_app:program-notice", notice_id=notice_id)


def page_of_result(row: BroadcastRow) -> str:
    """The thread that a message to many made for a partner; empty if there is none."""
    if row.thread_id is None:
        return ""
    places = {"model_id": row.security_model_id, "thread_id": row.thread_id}
    return path_to("messages_app:staff-thread", **places)
