"""Notes that a person was in a public library, or opened a document of it (D1)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock
from core.access import Access
from documents.models import LibraryVisit, PublicReader, PublicVersion
from documents.selectors.public_library import visit_before
from documents.states import Library


@transaction.atomic
def note_visit(access: Access, library: Library) -> dt.datetime | None:
    """Note a page of the library, and return until when the reader knew it before this visit."""
    before, now = visit_before(access, library), clock.now()
    row = LibraryVisit(user_id=access.user_id, library=library, before=before, last_at=now)
    LibraryVisit.objects.bulk_create(
        [row],
        update_conflicts=True,
        update_fields=["before", "last_at"],
        unique_fields=["user", "library"],
    )
    return before


def note_opened(access: Access, version: PublicVersion) -> None:
    """Count the reader among those who opened a document, once."""
    row = PublicReader(
        document_id=version.document_id, user_id=access.user_id, opened_at=clock.now()
    )
    PublicReader.objects.bulk_create([row], ignore_conflicts=True)
