"""What the worker does with documents: reminds of those that expire, and empties the trash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core.access import Access
from core.jobs import job
from documents.models import Document
from documents.selectors.documents import expiring_documents
from documents.services import trash
from documents.services.expiry import remind_of_expiry

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of expiring documents")


def _expiring(latest: dt.date) -> Iterator[tuple[Document, dt.date]]:
    for document in expiring_documents(latest):
        if document.expires_on is not None:
            yield document, document.expires_on


EXPIRING = ClockSweep(
    "expiring_documents", "document_expiry", REASON, _expiring, remind_of_expiry, most=50
)


@job(REASON)
def sweep_expiring_documents(access: Access) -> None:
    """Remind of documents that expire."""
    EXPIRING.run_all()


@shared_task(ignore_result=True)
def sweep_trash() -> None:
    """Delete for good what was in the trash long enough."""
    trash.sweep_trash()
