"""Documents as the services leave them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.access import Access
from documents.checks.details import Details
from documents.models import Document
from documents.services import Place, add_document
from tests.factories.scanned import scanned
from tests.files import corpus


def file_of(content: bytes | None = None, name: str = "seals.pdf") -> SimpleUploadedFile:
    """A file to upload."""
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def add(
    actor: Access, title: str = "Seal procedure", place: Place | None = None, **more: Any
) -> Document:
    """A document that the actor added in the account of the access, checked."""
    content = more.pop("content", f"{title}\n".encode())
    version = add_document(
        actor=actor,
        model=actor.security_model,
        upload=file_of(content, more.pop("name", "seals.txt")),
        details=Details(title, more.pop("type_code", "seal_procedure"), **more),
        place=place,
    )
    scanned(version.file_id)
    return Document.objects.select_related("current__file").get(pk=version.document_id)
