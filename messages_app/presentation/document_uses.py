"""Which messages documents were sent with, by their content (D2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.text import filled
from documents.models import DocumentVersion
from documents.providers.uses import Use, used_versions, uses
from messages_app import page_links
from messages_app.models import MessageFile


def _sent(access: Access, versions: list[uuid.UUID]) -> list[Use]:
    """The threads in which a file with the content of a version was sent."""
    model = access.security_model
    asked = DocumentVersion.objects.filter(pk__in=versions, security_model=model)
    by_content = dict(asked.values_list("file__sha256", "pk"))
    rows = MessageFile.objects.filter(
        security_model=model, file__sha256__in=list(by_content)
    ).select_related("file", "message__thread__security_model__trade_account")
    return [
        Use(
            by_content[one.file.sha256],
            filled(_("Message “%(subject)s”"), subject=one.message.thread.subject),
            page_links.page_for(one.message.thread, is_staff=access.is_staff),
        )
        for one in rows.order_by("message__sent_at", "pk")
    ]


def _with_messages() -> QuerySet[Any, Any]:
    sent = MessageFile.objects.filter(
        security_model=OuterRef("security_model"), file__sha256=OuterRef("file__sha256")
    )
    return DocumentVersion.objects.filter(Exists(sent)).order_by().values("pk")


def register() -> None:
    """Register what messages say of documents."""
    uses.register(_sent)
    used_versions.register(_with_messages)
