"""Draws clean files and reads their text, in the worker and outside any transaction (U-8).

Claimed as a lease (core/leases.py). Asked for again, a file keeps its old pictures until it has new
ones.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import logging
import secrets
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Value

from audit.models import Event
from audit.selectors import Facts, unaltered
from audit.services import note_sweep, record
from core import clock
from core.access import Access, system
from core.jobs import enqueue
from core.leases import Leases, in_time
from core.search import Folded
from core.tenancy import beyond_tenants, on_behalf_of
from files.contents.inside import Inside, Picture, look_inside
from files.machine import scope_of
from files.models import FileText, Preview, StoredFile
from files.selectors import clean_files
from files.services.reading import Altered, open_unaltered, opened_at, tell_of_altered
from files.services.uploads import discard
from files.states import RenderState

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 4
LONGEST_PAUSE = dt.timedelta(hours=1)
#: Pictures that one person opens of one file within this time are one viewing.
VIEWING = dt.timedelta(minutes=30)


class Drawn(enum.Enum):
    """Which files are drawn again besides those that never were."""

    NONE = "none"
    FAILED = "failed"
    ALL = "all"


class Step(NamedTuple):
    """One step of a run over all files: the last id, how many it read, how many will be drawn."""

    last: uuid.UUID | None
    read: int
    asked: int


def _actor() -> Access:
    return system("Previews")


LEASES = Leases(
    lambda: Preview.objects.filter(state=RenderState.PENDING),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


# --- asking ---------------------------------------------------------------------------------------


def ask_preview(file: StoredFile) -> None:
    """Have a clean file drawn and read, unless that was asked for before."""
    ask_previews([file])
    for pk in Preview.objects.filter(file=file, attempts=0).values_list("pk", flat=True):
        enqueue("files.tasks.draw", pk)


def ask_previews(files: Sequence[StoredFile], *, again: bool = False) -> None:
    """The same for several, left to the sweep; ``again`` also for those that were drawn."""
    now = clock.now()
    rows = [
        Preview(
            file=file,
            scope_kind=file.scope_kind,
            scope_id=file.scope_id,
            asked_at=now,
            next_attempt_at=now,
        )
        for file in files
        if file.is_clean
    ]
    Preview.objects.bulk_create(rows, ignore_conflicts=True)
    if again:
        of_these = Preview.objects.filter(file__in=[one.pk for one in files if one.is_clean])
        values: dict[str, Any] = {"state": RenderState.PENDING, "problem": "", "attempts": 0}
        of_these.exclude(state=RenderState.PENDING).update(next_attempt_at=now, **values)


def ask_step(after: uuid.UUID | None, most: int, *, drawn: Drawn) -> Step:
    """Have the next clean files after an id drawn: those that never were, and those of ``drawn``.

    In a transaction of its own, so that a long run can be stopped and repeated.
    """
    with on_behalf_of(_actor()):
        files = clean_files(after, most)
        wanted = [one for one in files if _is_wanted(one, drawn)]
        ask_previews(wanted, again=drawn != Drawn.NONE)
    return Step(files[-1].pk if files else None, len(files), len(wanted))


def _is_wanted(file: StoredFile, drawn: Drawn) -> bool:
    preview = getattr(file, "preview", None)
    if preview is None or drawn == Drawn.ALL:
        return True
    return drawn == Drawn.FAILED and preview.state == RenderState.FAILED


# --- drawing --------------------------------------------------------------------------------------


def draw(preview_id: uuid.UUID | str) -> None:
    """Draw and read one file, if it is still due and no other worker has it."""
    row = LEASES.claim(preview_id, gives_up=_gives_up)
    if row is None:
        return
    file = row.file
    try:
        with on_behalf_of(_actor()):
            opened = open_unaltered(file)
        with opened:
            found = look_inside(opened, file.content_type)
    except Altered:
        tell_of_altered_alone(file)
        _end(row, Inside(problem="altered"))
    except OSError:
        log.exception("file %s cannot be read", file.pk)
        _later(row)
    else:
        _end(row, found)


def tell_of_altered_alone(file: StoredFile) -> None:
    """Notify operators, outside any transaction."""
    with on_behalf_of(_actor()):
        tell_of_altered(file)


def sweep_previews() -> int:
    """Draw every file that is due: those with lost tasks and those to try again.

    Ends when its time is over; the next sweep continues.
    """
    drawn = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(200)
    for preview_id in in_time(due):
        draw(preview_id)
        drawn += 1
    with on_behalf_of(_actor()):
        note_sweep("previews", files=drawn)
    return drawn


def _gives_up(row: Preview) -> bool:
    """Whether it was tried often enough, or the file is not clean any longer."""
    over = row.attempts >= MOST_ATTEMPTS or not row.file.is_clean
    if over:
        row.state, row.problem = RenderState.FAILED, row.problem or "unfinished"
        row.save(update_fields=["state", "problem"])
    return over


def _later(row: Preview) -> None:
    with on_behalf_of(_actor()):
        pause = clock.retry_pause(row.attempts, LONGEST_PAUSE)
        waiting = Preview.objects.filter(pk=row.pk, state=RenderState.PENDING)
        waiting.update(next_attempt_at=clock.now() + pause, problem="away")


def _end(row: Preview, found: Inside) -> None:
    """Keep what was found: the pictures in the store, then the rows in one transaction."""
    pages: list[dict[str, Any]] = []
    try:
        for number, picture in enumerate(found.pictures, 1):
            pages.append(_stored(row, number, picture))
        with on_behalf_of(_actor()):
            unneeded = _settle(row, found, pages)
    except BaseException as failed:
        _discard(pages)
        if not isinstance(failed, OSError):
            raise
        log.exception("the store of files refused pictures of %s", row.file_id)
        _later(row)
    else:
        _discard(unneeded)


def _settle(row: Preview, found: Inside, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the result, unless it came too late; return the pictures that nothing names then."""
    file = StoredFile.objects.select_for_update(no_key=True).filter(pk=row.file_id).first()
    locked = Preview.objects.select_for_update().filter(pk=row.pk).first()
    if file is None or locked is None or locked.state != RenderState.PENDING or not file.is_clean:
        return pages
    before = list(locked.pages)
    is_nothing = bool(found.problem) and not pages
    locked.state = RenderState.FAILED if is_nothing else RenderState.READY
    locked.pages, locked.count, locked.problem = pages, found.count, found.problem
    locked.drawn_at = clock.now()
    locked.save(update_fields=["state", "pages", "count", "problem", "drawn_at"])
    _keep_text(file, found)
    return before


def _keep_text(file: StoredFile, found: Inside) -> None:
    FileText.objects.filter(file=file).delete()
    if found.text:
        FileText.objects.create(
            file=file,
            scope_kind=file.scope_kind,
            scope_id=file.scope_id,
            text=found.text,
            # Each word once: a search compares far less, and finds the same.
            words=Folded(Value(" ".join(dict.fromkeys(found.text.lower().split())))),
            is_whole=found.is_whole,
            read_at=clock.now(),
        )


def _stored(row: Preview, number: int, picture: Picture) -> dict[str, Any]:
    """Store one picture under a name of ours that says whose it is (``sweep_orphans``)."""
    key = f"{clock.now():%Y/%m/%d}/{row.pk.hex}-{secrets.token_hex(8)}-{number}"
    return {
        "key": default_storage.save(key, ContentFile(picture.content)),
        "sha256": hashlib.sha256(picture.content).hexdigest(),
        "size": len(picture.content),
        "width": picture.width,
        "height": picture.height,
    }


def _discard(pages: Sequence[dict[str, Any]]) -> None:
    for page in pages:
        discard(page["key"])


# --- forgetting -----------------------------------------------------------------------------------


def forget_inside(files: Sequence[StoredFile]) -> None:
    """Forget pictures and text of files that turned out to be malware, or that go (D5)."""
    previews = Preview.objects.filter(file__in=[one.pk for one in files])
    pages = [page for kept in previews.values_list("pages", flat=True) for page in kept]
    FileText.objects.filter(file__in=[one.pk for one in files]).delete()
    previews.delete()
    transaction.on_commit(partial(_discard, pages))


# --- showing --------------------------------------------------------------------------------------


def open_page(file: StoredFile, page: dict[str, Any], *named_by: Facts) -> BinaryIO:
    """A picture, opened, after its hash was compared; the caller closes it.

    Raises Altered, or OSError if the store does not answer. ``named_by`` are facts that say that
    it is this file; they raise their own Altered.
    """
    unaltered(Facts(StoredFile, "id", [file.pk]), *named_by)
    return opened_at(page["key"], page["sha256"])


def note_viewing(file: StoredFile, *, actor: Access) -> None:
    """Record that someone looks into a file: once for all of its pages (U-6, U-8).

    The caller has checked the right to. Someone who turns pages looks once: an event for each
    picture would hide the others, and tell nothing more.
    """
    with beyond_tenants("whether this person looked into a file of the program a moment ago"):
        seen = Event.objects.filter(
            actor_id=actor.user_id,
            at__gte=clock.now() - VIEWING,
            kind="files.previewed",
            subject_id=file.pk,
        ).exists()
    if not seen:
        record(
            "files.previewed",
            actor=actor,
            scope=scope_of(file),
            subject=("stored_file", file.pk),
            name=file.name,
            sha256=file.sha256,
        )
