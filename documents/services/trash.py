"""Empties the trash: what was deleted can be restored for some days, then it is gone."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop as _

from audit.services import model_scope, note_sweep, record
from core import clock
from core.access import system
from core.leases import in_time
from core.tenancy import on_behalf_of
from documents.models import Document, PlaceTag
from documents.states import DocumentStatus
from files.models import StoredFile
from files.services import delete_unnamed

#: How many documents one transaction of the sweep deletes.
AT_ONCE = 100
#: The clock of the trash.
TRASH = "document_trash"
REASON = _("The automatic emptying of the trash")
SWEEP = system(REASON)


def sweep_trash() -> int:
    """Delete for good what has been in the trash for the days of ``document_trash``; how many.

    A document on legal hold stays. Its files go with it, unless something else names them. Works in
    steps, each in its own transaction, until its time is over; the next sweep continues.
    """
    before = clock.now() - dt.timedelta(days=clock.clock(TRASH).length)
    deleted = 0
    for step in in_time(iter(lambda: _step(before), 0)):
        deleted += step
    with on_behalf_of(SWEEP):
        note_sweep("document_trash", deleted=deleted)
    return deleted


def _step(before: dt.datetime) -> int:
    """Delete some of these documents; 0 if nothing is left."""
    with on_behalf_of(SWEEP):
        rows = Document.objects.select_for_update(skip_locked=True).filter(
            status=DocumentStatus.IN_TRASH, status_at__lte=before, held_at=None
        )
        # What was chosen at the moment in which it was deleted is used: it can only be restored.
        rows = rows.filter(~Exists(PlaceTag.objects.filter(document=OuterRef("pk"))))
        due = list(rows.order_by("status_at")[:AT_ONCE])
        for document in due:
            _purge(document)
        return len(due)


def _purge(document: Document) -> None:
    files = StoredFile.objects.filter(pk__in=document.versions.values("file"))
    named = list(files)
    record(
        "documents.purged",
        actor=SWEEP,
        scope=model_scope(document.security_model_id),
        subject=("document", document.pk),
        title=document.title,
        days=clock.clock(TRASH).length,
    )
    Document.objects.filter(pk=document.pk, status=DocumentStatus.IN_TRASH).update(current=None)
    document.delete()
    for file in named:
        delete_unnamed(file)
