"""What the worker does with documents: ZIP files, reminders of those that expire or are asked for,
the trash, and announcing what is published.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core.access import Access
from core.jobs import job
from documents.models import Document, DocumentRequest
from documents.selectors.documents import expiring_documents
from documents.selectors.requests import open_requests
from documents.services import package_making, packages, public_sending, trash
from documents.services.expiry import remind_of_expiry
from documents.services.requests import remind_of_request

#: The longest time for one ZIP file, or for a sweep of them; each document starts its lease anew.
MOST_SECONDS = 45 * 60
#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of expiring documents")
REQUEST_REASON = _("The automatic check of requests for documents")


def _expiring(latest: dt.date) -> Iterator[tuple[Document, dt.date]]:
    for document in expiring_documents(latest):
        if document.expires_on is not None:
            yield document, document.expires_on


EXPIRING = ClockSweep(
    "expiring_documents", "document_expiry", REASON, _expiring, remind_of_expiry, most=50
)


def _asked_for(latest: dt.date) -> Iterator[tuple[DocumentRequest, dt.date]]:
    for request in open_requests(latest):
        yield request, request.due_on


REQUESTS = ClockSweep(
    "document_requests", "document_request", REQUEST_REASON, _asked_for, remind_of_request, most=50
)


@job(REASON)
def sweep_expiring_documents(access: Access) -> None:
    """Remind of documents that expire."""
    EXPIRING.run_all()


@job(REQUEST_REASON)
def sweep_document_requests(access: Access) -> None:
    """Remind of documents that CBP asks for."""
    REQUESTS.run_all()


@shared_task(ignore_result=True)
def sweep_trash() -> None:
    """Delete for good what was in the trash long enough."""
    trash.sweep_trash()


@shared_task(ignore_result=True)
def tell_readers(sending_id: str) -> None:
    """Tell the next readers of a document that was published."""
    public_sending.tell_readers(sending_id)


@shared_task(ignore_result=True)
def sweep_public_sendings() -> None:
    """Continue what is due: scheduled documents, and those whose task was lost."""
    public_sending.sweep_public_sendings()


@shared_task(ignore_result=True, soft_time_limit=MOST_SECONDS - 60, time_limit=MOST_SECONDS)
def make_package(package_id: str) -> None:
    """Make one ZIP file of documents."""
    package_making.make_package(package_id)


@shared_task(ignore_result=True, soft_time_limit=MOST_SECONDS - 60, time_limit=MOST_SECONDS)
def make_due_packages() -> None:
    """Make those whose task was lost, and those to try again."""
    package_making.make_due_packages()


@shared_task(ignore_result=True)
def sweep_packages() -> None:
    """Delete ZIP files whose time is over."""
    packages.sweep_packages()
