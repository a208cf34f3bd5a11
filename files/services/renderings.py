"""Documents that the worker makes from canonical data, one row and one file for each content.

Claimed as a lease (core/leases.py). A document of record is tried until it exists. A print of the
current state is given up after four attempts, and made again on request. After the second failure
of a document of record, operators are notified.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from audit.models import ScopeKind
from audit.selectors import Altered, Facts, unaltered
from audit.services import Scope, note_differences, note_sweep
from core import clock
from core.access import Access, system
from core.crypto import content_hash
from core.errors import Refused
from core.jobs import enqueue
from core.leases import Leases, in_time
from core.pdf import make_pdf
from core.tenancy import on_behalf_of
from core.text import download_name
from files.machine import SCAN
from files.models import Rendering, StoredFile
from files.providers.document_kinds import context_of
from files.providers.document_kinds import kind as registered
from files.services.made import made_file
from files.services.uploads import store
from files.states import RenderState
from notifications.providers.kinds import operators
from notifications.services.sending import notify

log = logging.getLogger(__name__)

#: Longer than any single step may take (core.pdf); it starts again with each step.
LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 4
#: After this many failures someone must look.
TOLD_AFTER = 2
LONGEST_PAUSE = dt.timedelta(hours=1)


def _actor() -> Access:
    return system("Documents")


LEASES = Leases(
    lambda: Rendering.objects.filter(state=RenderState.PENDING),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def request_rendering(*, kind: str, title: str, scope: Scope, content: dict[str, Any]) -> Rendering:
    """The document for that content: made already, in progress, or requested now.

    ``content`` is plain JSON data; the same content of the same owner is the same row and file. The
    caller has checked the actor's right to read it.
    """
    registered(kind)
    digest = content_hash(content)
    found = {"kind": kind, "scope_kind": scope.kind, "scope_id": scope.id, "content_hash": digest}
    rows = Rendering.objects.select_related("file").defer("content")
    existing = rows.filter(**found).first()
    if existing is not None:
        return existing
    now = clock.now()
    row = Rendering(
        **found, title=title[:200], content=content, requested_at=now, next_attempt_at=now
    )
    # Two requests at once make one row; the second finds the row of the first.
    Rendering.objects.bulk_create([row], ignore_conflicts=True)
    row = Rendering.objects.select_related("file").get(**found)
    enqueue("files.tasks.render", row.pk)
    return row


def repeat_rendering(rendering: Rendering) -> Rendering:
    """Try again to make a failed document; documents in another state do not change."""
    again = {"state": RenderState.PENDING, "attempts": 0, "next_attempt_at": clock.now()}
    failed = Rendering.objects.filter(pk=rendering.pk, state=RenderState.FAILED)
    if failed.update(**again):
        enqueue("files.tasks.render", rendering.pk)
    return Rendering.objects.select_related("file").get(pk=rendering.pk)


def render(rendering_id: uuid.UUID | str) -> None:
    """Make one document, if it is still due and no other worker has it."""
    row = LEASES.claim(rendering_id, gives_up=_gives_up)
    if row is None:
        return
    try:
        _require_unaltered(row)
        template = registered(row.kind).template
        made = make_pdf(template, _context(row), progress=partial(LEASES.renew, row))
    except Altered as altered:
        with on_behalf_of(_actor()):
            note_differences(altered.found)
        _fail(row, "its content is not what was asked for")
    except Exception as error:  # whatever a template or the layout raises is kept and shown
        log.exception("document %s could not be made", row.pk)
        _fail(row, f"{type(error).__name__}: {error}")
    else:
        _keep(row, made)


def _require_unaltered(row: Rendering) -> None:
    """Raise Altered unless its content is what was asked for: nothing else may be printed."""
    with on_behalf_of(_actor()):
        unaltered(Facts(Rendering, "id", [row.pk]))


def _context(row: Rendering) -> dict[str, Any]:
    return context_of(row.kind, row.title, row.content)


def sweep_renderings() -> int:
    """Make every document that is due: those with lost tasks and those to try again.

    Ends when its time is over; the next sweep continues.
    """
    made = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(50)
    for rendering_id in in_time(due):
        render(rendering_id)
        made += 1
    with on_behalf_of(_actor()):
        note_sweep("renderings", documents=made)
    return made


def _gives_up(row: Rendering) -> bool:
    """Whether a print was tried often enough. A document of record is tried until it exists."""
    if row.attempts:
        row.error = row.error or "the worker did not finish it"
    if row.attempts >= TOLD_AFTER:
        _tell_operators(row)
    over = row.attempts >= MOST_ATTEMPTS and not _is_of_record(row)
    if over:
        row.state = RenderState.FAILED
    row.save(update_fields=["state", "error"])
    return over


def _is_of_record(row: Rendering) -> bool:
    """Whether it must be kept for its readers."""
    decides = registered(row.kind).of_record
    return decides is None or decides(row.content)


def _fail(row: Rendering, error: str) -> None:
    """Store the reason and postpone the document; a print is given up after its last attempt."""
    pause = clock.retry_pause(row.attempts, LONGEST_PAUSE)
    with on_behalf_of(_actor()):
        values: dict[str, Any] = {
            "error": error[:300].replace("\x00", ""),
            "next_attempt_at": clock.now() + pause,
        }
        if row.attempts >= MOST_ATTEMPTS and not _is_of_record(row):
            values["state"] = RenderState.FAILED
        Rendering.objects.filter(pk=row.pk, state=RenderState.PENDING).update(**values)
        if row.attempts >= TOLD_AFTER:
            _tell_operators(row)


def _tell_operators(row: Rendering) -> None:
    """Notify operators, once, of a document of record that cannot be made."""
    if not _is_of_record(row):
        return
    log.error("document %s (%s) is of record and cannot be made yet", row.pk, row.kind)
    notify(
        "operations.document_failed",
        scope=Scope(ScopeKind(row.scope_kind), row.scope_id),
        to=operators(),
        document=str(row.pk),
        kind=row.kind,
        asked_on=clock.program_date(row.requested_at),
        once_key=f"operations.document_failed:{row.pk}",
    )


def _keep(row: Rendering, made: bytes) -> None:
    """Store the content once; if a second worker was as fast, the first one's stays."""
    try:
        with on_behalf_of(_actor()):
            locked = Rendering.objects.select_for_update().get(pk=row.pk)
            if locked.state != RenderState.PENDING:
                return
            locked.file = _file(locked, made)
            locked.state, locked.ready_at, locked.error = RenderState.READY, clock.now(), ""
            locked.save(update_fields=["file", "state", "ready_at", "error"])
    except Refused as refusal:
        _fail(row, str(refusal.problems[0].message))


def _file(row: Rendering, made: bytes) -> StoredFile:
    """The file of a document; the portal made it, so it is not scanned."""
    digest, scope = hashlib.sha256(made).hexdigest(), Scope(ScopeKind(row.scope_kind), row.scope_id)
    name = download_name(row.title, "pdf")
    file = made_file(name, "application/pdf", len(made), digest, scope)
    store(file, ContentFile(made))
    SCAN.begin(file, actor=_actor())
    return file
