"""Adds documents to a model's Partner Library (D2, D6)."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.errors import NotVisible, Problem, Refused, refuse
from core.ids import new_id
from core.text import is_blank, one_line
from documents import page_links
from documents.checks.details import Details, problems
from documents.machine import DOCUMENT
from documents.models import Document, DocumentType, DocumentVersion, PlaceTag
from documents.policies import P, closed_problems, side_of
from documents.selectors.documents import same_newest
from documents.states import AddedBy, DocumentStatus, PlaceKind
from files.models import StoredFile
from files.services import examine, receive, sha256_of
from notifications.services.sending import notify
from security_models.models import SecurityModel


class Place(NamedTuple):
    """A place in the portal: a kind, and what tells places of that kind apart."""

    kind: PlaceKind
    key: str


@transaction.atomic
def add_document(
    *,
    actor: Access,
    model: SecurityModel,
    upload: File[bytes],
    details: Details,
    place: Place | None = None,
    key: uuid.UUID | None = None,
) -> DocumentVersion:
    """Upload a file as a new document, tagged with the place of the upload.

    An empty title becomes the file's name. ``key`` is the id of the version to be made: the same
    key from the same person is the same document (two clicks make one). Raises Refused with the
    problems of details and file together; then nothing is stored.
    """
    require_library(actor, model)
    locked = lock_library(model)
    if key is not None and (made := _made_before(key, locked, actor)) is not None:
        return made
    details = details_of(details, upload.name or "")
    found = [*problems(details, clock.today()), *type_problems(details.type_code, actor)]
    if found:
        found += examine(upload)
        raise Refused(found[0].code, found)
    file = receive(upload, actor=actor, scope=model_scope(model.pk))
    made = _add(actor, locked, file, details, place, key)
    if made.document.is_from_program:
        _tell_contacts(made.document)
    return made


@transaction.atomic
def add_or_use(
    *, actor: Access, model: SecurityModel, upload: File[bytes], details: Details, place: Place
) -> tuple[DocumentVersion, bool]:
    """Add a file that is used in a place, or use the document of the library that shows the same
    content; whether it was there. One content is one document of an account (D2).
    """
    require_library(actor, model)
    lock_library(model)
    there = same_newest(model, sha256_of(upload))
    if there is None:
        made = add_document(actor=actor, model=model, upload=upload, details=details, place=place)
        return made, False
    tag_place(there, place)
    return there.newest, True


@transaction.atomic
def keep_in_library(
    *, actor: Access, model: SecurityModel, file: StoredFile, details: Details, place: Place
) -> DocumentVersion:
    """Put a file that is stored already into the library, as what was sent or answered there (D2).

    The same content is one document with several places. The caller has checked the right to add
    the file where it is used.
    """
    lock_library(model)
    same = DocumentVersion.objects.filter(
        security_model=model, file__sha256=file.sha256, document__added_by=side_of(actor)
    ).exclude(document__status=DocumentStatus.IN_TRASH)
    version = same.select_related("document").order_by("pk").first()
    if version is None:
        return _add(actor, model, file, details_of(details, file.name), place, None)
    tag_place(version.document, place)
    return version


def tag_place(document: Document, place: Place) -> None:
    """Tag a document with a place in which it is used now; once, and for good (D2)."""
    PlaceTag.objects.bulk_create(
        [
            PlaceTag(
                security_model_id=document.security_model_id,
                document=document,
                kind=place.kind,
                key=place.key,
                tagged_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def lock_library(model: SecurityModel) -> SecurityModel:
    """The account, locked: of two uploads of the same content the second finds the first."""
    return SecurityModel.objects.select_for_update(no_key=True).get(pk=model.pk)


def require_library(actor: Access, model: SecurityModel) -> None:
    """Require the right to add documents, held in this model and not in another. Refused to
    contacts if the account is closed.
    """
    actor.require(P.ADD)
    if not actor.is_system and actor.security_model.pk != model.pk:
        raise NotVisible("security_model")
    refuse(closed_problems(model, actor))


def details_of(details: Details, name: str) -> Details:
    """The details with a title on one line: that of the file, if none was given."""
    title = one_line(name if is_blank(details.title) else details.title).strip()
    return Details(**{**vars(details), "title": title, "description": details.description.strip()})


def type_problems(type_code: str, actor: Access) -> list[Problem]:
    """Why the actor can't choose this type: partners have their own, and staff have all but the
    portal's.
    """
    own = [AddedBy.PARTNER] if side_of(actor) == AddedBy.PARTNER else [*AddedBy]
    if (
        "\x00" not in type_code
        and DocumentType.objects.filter(pk=type_code, added_by__in=own).exists()
    ):
        return []
    return [Problem("type_code", _("Choose what kind of document it is."), "type_code")]


def _add(
    actor: Access,
    model: SecurityModel,
    file: StoredFile,
    details: Details,
    place: Place | None,
    key: uuid.UUID | None,
) -> DocumentVersion:
    now = clock.now()
    by: dict[str, Any] = {"created_at": now, "created_by_name": actor.name}
    said = {name: value for name, value in vars(details).items() if name != "type_code"}
    document = Document.objects.create(
        security_model=model,
        type_id=details.type_code,
        added_by=side_of(actor),
        changed_at=now,
        **said,
        **by,
    )
    DOCUMENT.begin(document, actor=actor)
    version = DocumentVersion.objects.create(
        pk=key or new_id(),
        security_model=model,
        document=document,
        title=details.title,
        file=file,
        **by,
    )
    document.current = version
    document.save(update_fields=["current"])
    if place is not None:
        tag_place(document, place)
    record(
        "documents.added",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("document_version", version.pk),
        title=details.title,
        name=file.name,
        sha256=file.sha256,
    )
    return version


def _tell_contacts(document: Document) -> None:
    """Notify the contacts of what the program added for them (D6)."""
    model = document.security_model
    notify(
        "document.from_program",
        scope=model_scope(model.pk),
        about=model,
        url=page_links.page_of(document, is_staff=False),
        account=model.trade_account.name,
        reference=model.reference,
        title=document.title,
    )


def _made_before(key: uuid.UUID, model: SecurityModel, actor: Access) -> DocumentVersion | None:
    made = made_before(DocumentVersion, key, security_model_id=model.pk)
    if made is not None and made.file.uploaded_by_id != actor.user_id:
        refuse([Problem("form_key", _("Reload the page and try again."))])
    return made
