"""Changes documents: a new title or file keeps the old version in the archive (D4)."""

from __future__ import annotations

import uuid

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.errors import NotVisible, Stale, refusal, refuse
from core.ids import new_id
from documents.checks.details import Details, problems
from documents.models import Document, DocumentVersion
from documents.policies import may_change
from documents.selectors.documents import USABLE
from documents.services.library import details_of, require_library, type_problems
from documents.services.recording import record_change
from documents.states import DocumentStatus
from files.models import StoredFile
from files.services import receive
from security_models.models import SecurityModel

#: What is said of a document besides its title and file; each change is an event, not a version.
_SAID = ("description", "language", "evidence_on", "expires_on")


@transaction.atomic
def change_details(
    *, actor: Access, model: SecurityModel, document_id: uuid.UUID, version: int, details: Details
) -> Document:
    """Save what is said of a document. A new title makes a new version of the same file (D4).

    Raises Stale if someone changed the document since the page was made.
    """
    document = _changeable(actor, model, document_id, version)
    details = details_of(details, document.title)
    same_type = details.type_code == document.type_id
    refuse(
        [
            *problems(details, clock.today()),
            *([] if same_type else type_problems(details.type_code, actor)),
        ]
    )
    if details.title != document.title:
        before = document.title
        document.title = details.title
        _next_version(actor, document, document.newest.file)
        record_change("titled", actor, document, before=before)
    said = {name: getattr(details, name) for name in _SAID}
    if not same_type or any(getattr(document, name) != value for name, value in said.items()):
        document.type_id = details.type_code
        for name, value in said.items():
            setattr(document, name, value)
        record_change("described", actor, document)
    _save(document)
    return document


@transaction.atomic
def add_file(
    *,
    actor: Access,
    model: SecurityModel,
    document_id: uuid.UUID,
    version: int,
    upload: File[bytes],
    key: uuid.UUID,
) -> DocumentVersion:
    """Add a new file as the newest version of a document; what used the old one keeps it (D4).

    ``key`` is the id of the version to be made, so that two clicks make one.
    """
    made = made_before(DocumentVersion, key, document_id=document_id, security_model_id=model.pk)
    if made is not None:
        return made
    document = _changeable(actor, model, document_id, version)
    file = receive(upload, actor=actor, scope=model_scope(model.pk))
    if file.sha256 == document.newest.file.sha256:
        words = _("This is the same file as the newest version. Choose another one.")
        raise refusal("same_file", words, "file")
    newest = _next_version(actor, document, file, key)
    record_change("new_file", actor, document, name=file.name, sha256=file.sha256)
    _save(document)
    return newest


@transaction.atomic
def restore_version(
    *, actor: Access, model: SecurityModel, document_id: uuid.UUID, number: int
) -> DocumentVersion:
    """Make title and file of an earlier version the newest again, as a version of its own (D4).

    A second click changes nothing, also if it comes while the first is under way. What others added
    meanwhile stays as a version, so that it need not have been seen.
    """
    document = _own_document(actor, model, document_id)
    old = document.versions.select_related("file").filter(number=number).first()
    if old is None:
        raise NotVisible("document version")
    newest = document.newest
    if (newest.title, newest.file_id) == (old.title, old.file_id):
        return newest
    if old.file.state not in USABLE:
        words = _("The file of this version is blocked, so nobody could open the document.")
        raise refusal("blocked", words)
    document.title = old.title
    newest = _next_version(actor, document, old.file)
    record_change("version_restored", actor, document, number=old.number)
    _save(document)
    return newest


def lock_document(actor: Access, model: SecurityModel, document_id: uuid.UUID) -> Document:
    """A document of the account of the page, locked. Raises NotVisible for any other."""
    require_library(actor, model)
    rows = Document.objects.select_for_update(no_key=True, of=("self",))
    found = rows.filter(pk=document_id, security_model=model).first()
    if found is None:
        raise NotVisible("document")
    return found


def _changeable(
    actor: Access, model: SecurityModel, document_id: uuid.UUID, version: int
) -> Document:
    """A document that the actor may change, as the actor's page showed it."""
    document = _own_document(actor, model, document_id)
    if document.version != version:
        raise Stale(document)
    return document


def _own_document(actor: Access, model: SecurityModel, document_id: uuid.UUID) -> Document:
    """A document that the actor may change, locked."""
    document = lock_document(actor, model, document_id)
    if not may_change(document, actor):
        if document.is_from_program:
            raise refusal("not_yours", _("This document is from CBP. Only CBP can change it."))
        words = _("This document belongs to the company. Only its contacts can change it.")
        raise refusal("not_yours", words)
    if document.status == DocumentStatus.IN_TRASH:
        words = _("This document is in the trash. Return it to the library first.")
        raise refusal("in_trash", words)
    return document


def _next_version(
    actor: Access, document: Document, file: StoredFile, key: uuid.UUID | None = None
) -> DocumentVersion:
    newest = DocumentVersion.objects.create(
        pk=key or new_id(),
        security_model_id=document.security_model_id,
        document=document,
        number=document.newest.number + 1,
        title=document.title,
        file=file,
        created_at=clock.now(),
        created_by_name=actor.name,
    )
    document.current = newest
    return newest


def _save(document: Document) -> None:
    document.version += 1
    document.changed_at = clock.now()
    document.save()
