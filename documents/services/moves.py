"""Puts documents away and brings them back: archive, trash for 30 days, legal hold."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import refusal
from core.text import is_blank, one_line
from documents.machine import DOCUMENT
from documents.models import Document
from documents.policies import P
from documents.services.recording import record_change
from documents.services.versions import lock_document
from security_models.models import SecurityModel

WHY_LENGTH = 500
#: The event of each move.
_MOVED = {"archive": "archived", "restore": "restored", "delete": "deleted"}


@transaction.atomic
def move_document(
    *, actor: Access, model: SecurityModel, document_id: uuid.UUID, move: str
) -> Document:
    """Archive, delete or restore a document. Doing it twice changes nothing the second time."""
    document = lock_document(actor, model, document_id)
    if document.status != DOCUMENT.moves[move].target:
        DOCUMENT.apply(
            move,
            document,
            actor=actor,
            status_at=clock.now(),
            status_by_name=actor.name,
            version=document.version + 1,
        )
        record_change(_MOVED[move], actor, document)
    return document


@transaction.atomic
def hold_document(
    *, actor: Access, model: SecurityModel, document_id: uuid.UUID, why: str
) -> Document:
    """Keep a document from being deleted until it is released, also one that is in the trash."""
    actor.require(P.HOLD)
    document = lock_document(actor, model, document_id)
    why = one_line(why).strip()
    if is_blank(why) or len(why) > WHY_LENGTH:
        words = _("Give a reason of up to %(n)s characters.") % {"n": WHY_LENGTH}
        raise refusal("why", words, "why")
    document.held_at, document.held_by_name, document.held_why = clock.now(), actor.name, why
    document.save(update_fields=["held_at", "held_by_name", "held_why"])
    record_change("held", actor, document, why=why)
    return document


@transaction.atomic
def release_document(*, actor: Access, model: SecurityModel, document_id: uuid.UUID) -> Document:
    """End a legal hold."""
    actor.require(P.HOLD)
    document = lock_document(actor, model, document_id)
    if document.held_at is not None:
        document.held_at, document.held_by_name, document.held_why = None, "", ""
        document.save(update_fields=["held_at", "held_by_name", "held_why"])
        record_change("released", actor, document)
    return document
