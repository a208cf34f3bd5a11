"""Uploads several files at once: each is added or refused by itself, and what is there is reused.

The same content is one document of an account: a second upload names the first (D2).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import File

from core.access import Access
from core.errors import Problem, Refused
from documents.checks.details import Details
from documents.models import Document, DocumentVersion
from documents.selectors.documents import same_content
from documents.services.library import add_document
from files.checks import names
from files.services import sha256_of
from security_models.models import SecurityModel


@dataclass(frozen=True)
class Outcome:
    """What became of one file: a new document, one that was there already, or a refusal."""

    name: str
    added: DocumentVersion | None = None
    already: Document | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether a new document was made of it."""
        return self.added is not None


def upload_documents(
    *,
    actor: Access,
    model: SecurityModel,
    uploads: Sequence[File[bytes]],
    details: Details,
    key: uuid.UUID,
) -> list[Outcome]:
    """Add each file as a document with these details; one refused file stops no other.

    ``key`` is that of the form: sent twice, each file is added once.
    """
    return [_uploaded(actor, model, one, details, key) for one in uploads]


def _uploaded(
    actor: Access, model: SecurityModel, upload: File[bytes], details: Details, form: uuid.UUID
) -> Outcome:
    name = names.clean(upload.name or "")
    digest = sha256_of(upload)
    key = uuid.uuid5(form, digest)
    already = same_content(model, digest)
    if already is not None and already.current_id != key:
        return Outcome(name, already=already)
    try:
        added = add_document(actor=actor, model=model, upload=upload, details=details, key=key)
    except Refused as refusal:
        return Outcome(name, problems=tuple(refusal.problems))
    return Outcome(name, added=added)
