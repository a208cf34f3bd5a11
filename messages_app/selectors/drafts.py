"""Reads what a person has written and not sent. Only the writer reads a draft."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from core.access import Access
from core.errors import NotVisible
from messages_app.models import Draft, DraftFile, Thread
from security_models.selectors.workplaces import accounts_worked_in


def drafts_of(access: Access) -> QuerySet[Draft]:
    """The actor's drafts of accounts that the actor still reads, the newest first."""
    here = accounts_worked_in(access).values("pk")
    rows = Draft.objects.filter(user=access.user_id, security_model__in=here)
    rows = rows.select_related("security_model__trade_account", "thread")
    return rows.order_by("-saved_at")


def replies_of(access: Access, thread: Thread) -> list[Draft]:
    """The actor's unsent replies to a thread, the newest first."""
    return list(drafts_of(access).filter(thread=thread))


def new_message_of(access: Access, draft_id: uuid.UUID) -> Draft:
    """The actor's draft of a new message. Raises NotVisible for any other."""
    row = drafts_of(access).filter(pk=draft_id, thread=None).first()
    if row is None:
        raise NotVisible("draft")
    return row


def files_of(draft_id: uuid.UUID | None, access: Access) -> list[DraftFile]:
    """The files that wait in a draft of the actor, in the order in which they came."""
    rows = DraftFile.objects.filter(draft=draft_id, user=access.user_id)
    return list(rows.select_related("file").order_by("added_at", "pk"))
