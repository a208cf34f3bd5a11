"""Records what happens to documents, in the history of their account."""

from __future__ import annotations

from audit.services import model_scope, record
from core.access import Access
from documents.models import Document


def record_change(what: str, actor: Access, document: Document, **more: object) -> None:
    """Record an event of this app about a document, with its title."""
    record(
        f"documents.{what}",
        actor=actor,
        scope=model_scope(document.security_model_id),
        subject=("document", document.pk),
        title=document.title,
        **more,
    )
