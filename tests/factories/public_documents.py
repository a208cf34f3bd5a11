"""Public documents in a chosen state, made through the services."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.access import Access, for_user
from core.ids import new_id
from documents.checks.public import PublicDetails
from documents.models import PublicDocument, PublicVersion
from documents.services import public_documents as services
from files.states import ScanState
from tests.factories.people import UserFactory
from tests.factories.scanned import scanned
from tests.files import corpus


def publisher() -> Access:
    """A program administrator."""
    return for_user(UserFactory.create(staff_role="program_admin"))


def said(**given: Any) -> PublicDetails:
    """What a draft needs: a guide for everyone with a trade account."""
    return PublicDetails(
        **{"library": "trade", "title": "Seal guide", "type_code": "public_guide", **given}
    )


def upload(name: str = "guide.pdf", text: str = "") -> SimpleUploadedFile:
    """A file for a document."""
    return SimpleUploadedFile(name, corpus.pdf() + (f"\n%{text}\n".encode() if text else b""))


def draft(access: Access | None = None, *, clean: bool = True, **given: Any) -> PublicDocument:
    """A draft whose file was found clean."""
    made = services.draft_public(
        actor=access or publisher(), form_key=new_id(), upload=upload(), details=said(**given)
    )
    if clean:
        make_clean(made)
    return made


def make_clean(document: PublicDocument, state: ScanState = ScanState.CLEAN) -> None:
    """Record of its newest file what a scanner would have found."""
    scanned(services.newest_version(document).file_id, state)


def published(access: Access | None = None, **given: Any) -> PublicDocument:
    """A published document."""
    actor = access or publisher()
    made = draft(actor, **given)
    return services.publish_public(actor=actor, document_id=made.pk, expected=made.version)


def changed(
    document: PublicDocument, access: Access | None = None, file: Any = None, **given: Any
) -> PublicDocument:
    """The same document saved again with other details, or another file."""
    row = PublicDocument.objects.get(pk=document.pk)
    kept = {
        "library": row.library,
        "title": row.title,
        "type_code": row.type_id,
        "publish_on": row.publish_on,
        "expires_on": row.expires_on,
    }
    return services.save_public(
        actor=access or publisher(),
        document_id=row.pk,
        expected=row.version,
        upload=file,
        details=PublicDetails(**{**kept, **given}),
    )


def version_of(document: PublicDocument, number: int = 1) -> PublicVersion:
    """One version of a document."""
    return document.versions.get(number=number)
