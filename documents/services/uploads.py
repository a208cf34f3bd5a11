"""Uploads several files at once: each is added or refused by itself, and what is there is reused.

The same content is one document of an account: a second upload names the first (D2).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction

from core.access import Access
from core.errors import Problem, Refused
from documents.checks.details import Details
from documents.models import Document, DocumentVersion
from documents.selectors.documents import same_content, same_newest
from documents.services.library import add_document, lock_library, require_library
from files.checks import names
from files.services import sha256_of
from security_models.models import SecurityModel


@dataclass(frozen=True)
class Outcome:
    """What became of one file: a new document, one that was there already, or a refusal.

    ``is_past``: the document that was there does not show this content now, because it is archived
    or has a newer version.
    """

    name: str
    added: DocumentVersion | None = None
    already: Document | None = None
    is_past: bool = False
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
    anyway: bool = False,
) -> list[Outcome]:
    """Add each file as a document with these details; one refused file stops no other.

    ``key`` is that of the form: sent twice, each file is added once. ``anyway``: also a file whose
    content is archived, or an older version of a document.
    """
    require_library(actor, model)
    return [_uploaded(actor, model, one, details, key, anyway=anyway) for one in uploads]


@transaction.atomic
def _uploaded(
    actor: Access,
    model: SecurityModel,
    upload: File[bytes],
    details: Details,
    form: uuid.UUID,
    *,
    anyway: bool,
) -> Outcome:
    name = names.clean(upload.name or "")
    digest = sha256_of(upload)
    key = uuid.uuid5(form, digest)
    lock_library(model)
    there = same_newest(model, digest)
    if there is not None and there.current_id != key:
        return Outcome(name, already=there)
    past = None if there is not None or anyway else same_content(model, digest)
    if past is not None:
        return Outcome(name, already=past, is_past=True)
    try:
        added = add_document(actor=actor, model=model, upload=upload, details=details, key=key)
    except Refused as refusal:
        return Outcome(name, problems=tuple(refusal.problems))
    return Outcome(name, added=added)
