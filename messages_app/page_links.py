"""Addresses of messages, for lists, tasks and emails: partners and staff have pages of their own."""

from __future__ import annotations

from core.links import path_to
from messages_app.models import Thread
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
