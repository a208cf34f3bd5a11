"""Reads files: what is due, how much an owner uses, and the words for a state."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from audit.services import Scope
from core import clock
from core.compiled import Compiled
from core.ids import parse_id
from files import scanners
from files.models import FileText, Preview, Rendering, StoredFile
from files.states import RenderState, ScanState
from identity.models import User
from notifications.providers.kinds import Recipient

#: From this age on, a page says that the check takes longer than usual.
SLOW_AFTER = dt.timedelta(minutes=5)


class Usage(NamedTuple):
    """The uploads of one owner, also those that are blocked: they are kept, too. The portal's own
    documents do not count.
    """

    files: int
    bytes: int


def counted_uploads(scope: Scope) -> QuerySet[StoredFile]:
    """The files that count toward the quota of an owner."""
    return StoredFile.objects.filter(
        scope_kind=scope.kind, scope_id=scope.id, uploaded_by_id__isnull=False
    )


def usage(scope: Scope) -> Usage:
    """How much of its quota an owner has used."""
    counted = counted_uploads(scope).aggregate(files=Count("pk"), bytes=Sum("size"))
    return Usage(counted["files"], counted["bytes"] or 0)


def clean_files(after: uuid.UUID | None, most: int) -> list[StoredFile]:
    """The next files after an id that were found clean, in the order of their ids, each with its
    preview. What the portal made itself was never checked, and is not drawn.
    """
    clean = StoredFile.objects.filter(state=ScanState.CLEAN, scanned_at__isnull=False)
    rows = clean.select_related("preview")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk")[:most])


def preview_of(file: StoredFile) -> Preview | None:
    """What is drawn of a file; None if that was never asked for, or if it may not be opened."""
    return Preview.objects.filter(file=file).first() if file.is_clean else None


def start_of_text(file: StoredFile, most: int) -> str:
    """The first characters of what a clean file says; empty if nothing is known of it."""
    if not file.is_clean:
        return ""
    rows = FileText.objects.filter(file=file).annotate(start=Left("text", most))
    return rows.values_list("start", flat=True).first() or ""


def pictures_among(keys: Collection[str]) -> set[str]:
    """Of these keys of the store, those that a preview names; a key begins with the id of its
    preview.
    """
    ids = {key.rpartition("/")[2].partition("-")[0] for key in keys}
    found = Preview.objects.filter(pk__in=[one for one in map(parse_id, ids) if one is not None])
    named = {page["key"] for pages in found.values_list("pages", flat=True) for page in pages}
    return named & set(keys)


def rendering_of(rendering_id: uuid.UUID) -> Rendering | None:
    """A document with its file, without the content it was made from; None if there is none."""
    return _RENDERING.first(rendering_id=rendering_id)


def _rendering(rendering_id: Any) -> QuerySet[Rendering]:
    rows = Rendering.objects.filter(pk=rendering_id).select_related("file")
    return rows.defer("content")


_RENDERING = Compiled(_rendering, rendering_id=uuid.UUID)


def document_about(kind: str, scope: Scope, about: dict[str, Any]) -> Rendering | None:
    """The first document of a kind whose content says this, without its content; None without
    one.
    """
    rows = Rendering.objects.filter(kind=kind, scope_kind=scope.kind, scope_id=scope.id)
    rows = rows.filter(content__contains=about).select_related("file").defer("content")
    return rows.order_by("requested_at").first()


def uploader_of(file: StoredFile) -> list[Recipient]:
    """The person who uploaded a file; None for documents made by the portal."""
    users = User.objects.filter(pk__in=[file.uploaded_by_id])
    return [Recipient(user.email, user.name, user.pk, user.language) for user in users]


def scan_lag() -> dt.timedelta:
    """How long the oldest unchecked file has waited since its upload. For ``/readyz``."""
    oldest = (
        StoredFile.objects.filter(state=ScanState.QUARANTINED)
        .order_by("uploaded_at")
        .values_list("uploaded_at", flat=True)
        .first()
    )
    return clock.now() - oldest if oldest else dt.timedelta()


class Documents(NamedTuple):
    """The state of making documents: failed and tried again, the longest wait, given up."""

    late: int
    lag: dt.timedelta
    failed: int


def documents_standing(within: dt.timedelta) -> Documents:
    """For ``/readyz``. Of the documents that were given up, only those requested ``within`` that
    time count.
    """
    now = clock.now()
    pending = Q(state=RenderState.PENDING)
    failed = Q(state=RenderState.FAILED, requested_at__gte=now - within)
    found = Rendering.objects.filter(pending | failed).aggregate(
        late=Count("pk", filter=pending & ~Q(error="")),
        oldest=Min("requested_at", filter=pending),
        failed=Count("pk", filter=failed),
    )
    lag = now - found["oldest"] if found["oldest"] else dt.timedelta()
    return Documents(found["late"], lag, found["failed"])


def state_words(file: StoredFile) -> str:
    """A sentence for pages: the state of a file's check, and who checked it."""
    if file.state == ScanState.CLEAN:
        return _("Checked by: %(scanner)s.") % {"scanner": file.scanner} if file.scanner else ""
    if file.state == ScanState.INFECTED:
        return _("Malware was found in this file (%(why)s). Remove it and check your computer.") % {
            "why": file.state_reason
        }
    if file.state == ScanState.UNSCANNABLE:
        return _("This file can't be used: %(why)s. Upload it in another format.") % {
            "why": file.state_reason
        }
    if clock.now() - file.uploaded_at > SLOW_AFTER:
        return _(
            "The check is taking longer than usual. It continues by itself, and nothing is lost."
        )
    words = _("We are checking this file for malware. You can open it in a moment.")
    return f"{words} {_built_in()}".strip()


def _built_in() -> str:
    """The label of a check that is not a virus scanner; empty in production."""
    one = scanners.scanner()
    return _("Checked by: %(scanner)s.") % {"scanner": one.label} if one.is_demo else ""
