"""Makes ZIP files of documents in the worker, piece by piece, for the person who asked (D3, U-6).

Rights are asked for each document at the moment it is read, on behalf of that person. The content
is compared with its hash while it is read. What cannot be put in is listed with the reason, in the
index and on the page. Claimed as a lease (core/leases.py); stopping it makes the next step end.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from zipstream import ZipStream

from audit.services import person_scope
from core import clock
from core.access import Access, system
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from documents import page_links
from documents.checks.archive_names import ArchiveNames, name_of, zip_name
from documents.models import Package
from documents.presentation.package_index import HASHES, INDEX, Line, hash_list, index_page
from documents.services.package_parts import LeftOut, NotReadable, opened_part
from documents.states import PackageState
from files.models import StoredFile
from files.services import (
    Altered,
    Written,
    discard,
    keep_made,
    write_made,
)
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.services.sending import notify

log = logging.getLogger(__name__)

REASON = gettext_noop("The making of ZIP files")
#: Longer than reading any one document takes; it starts again with each of them.
LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 4
LONGEST_PAUSE = dt.timedelta(minutes=15)
#: Whoever waited longer has left the page, and is told.
TELLS_AFTER = dt.timedelta(seconds=30)
CHUNK = 256 * 1024
READY = "document.package_ready"


class Stopped(Exception):
    """Its person stopped or deleted it, or another worker makes it now."""


def _actor() -> Access:
    return system(REASON)


LEASES = Leases(
    lambda: Package.objects.filter(state=PackageState.PENDING),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def make_package(package_id: uuid.UUID | str) -> None:
    """Make one ZIP file, if it is still due and no other worker has it."""
    package = LEASES.claim(package_id, gives_up=_gives_up)
    if package is None:
        return
    lines: list[Line] = []
    try:
        with on_behalf_of(_actor()):
            user = User.objects.get(pk=package.user_id)
        with override(user.language or None), clock.shown_in(user.time_zone):
            written = write_made(_pieces(package, user, lines))
    except Stopped:
        log.info("ZIP file %s was stopped", package.pk)
    except Exception:  # whatever a store or a library raises is tried again
        log.exception("ZIP file %s could not be made", package.pk)
        _postpone(package)
    else:
        _keep(package, user, lines, written)


def make_due_packages() -> int:
    """Make those whose task was lost, and those to try again; how many were tried."""
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(20)
    tried = 0
    for package_id in in_time(due):
        make_package(package_id)
        tried += 1
    return tried


# --- the content ----------------------------------------------------------------------------------


def _pieces(package: Package, user: Any, lines: list[Line]) -> Iterator[bytes]:
    """The ZIP file as it is made: each document, then the index and the list of hashes.

    Documents are stored as they are: their formats are compressed already.
    """
    archive = ZipStream()
    names = ArchiveNames(INDEX, HASHES)
    for number, entry in enumerate(package.contents, 1):
        line = Line.of(entry)
        try:
            part = opened_part(user, entry, _actor)
        except NotReadable as why:
            line = replace(line, title=_("A document of another account"), problem=str(why))
        except LeftOut as why:
            line = replace(line, problem=str(why))
        else:
            path = names.path(entry["folder"], name_of(part.title, part.file.name))
            line = part.line(line, path)
            archive.add(_content(part.opened, part.file), path)
            yield from archive.file()
        lines.append(line)
        _note_progress(package, number)
    page = index_page(package.title, user.name, lines).encode()
    archive.add(page, INDEX)
    archive.add(hash_list(lines, hashlib.sha256(page).hexdigest()).encode(), HASHES)
    yield from archive.finalize()


def _content(opened: BinaryIO, file: StoredFile) -> Iterator[bytes]:
    """The content in pieces, hashed once more as it is read: the hash list is true of what is in
    the ZIP file.
    """
    digest = hashlib.sha256()
    with opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != file.sha256:
        raise Altered


# --- how far it is --------------------------------------------------------------------------------


def _own(package: Package) -> Any:
    """The row while this worker makes it: neither stopped, nor deleted, nor claimed by another."""
    return Package.objects.filter(
        pk=package.pk, state=PackageState.PENDING, attempts=package.attempts
    )


def _note_progress(package: Package, done: int) -> None:
    with on_behalf_of(_actor()):
        if not _own(package).update(done=done, next_attempt_at=clock.now() + LEASE):
            raise Stopped


def _gives_up(package: Package) -> bool:
    """Whether it was tried often enough; its person may repeat it."""
    if package.attempts < MOST_ATTEMPTS:
        return False
    package.state = PackageState.FAILED
    package.save(update_fields=["state"])
    return True


def _postpone(package: Package) -> None:
    with on_behalf_of(_actor()):
        values: dict[str, Any] = {
            "next_attempt_at": clock.now() + clock.retry_pause(package.attempts, LONGEST_PAUSE)
        }
        if package.attempts >= MOST_ATTEMPTS:
            values["state"] = PackageState.FAILED
        _own(package).update(**values)


def _keep(package: Package, user: Any, lines: list[Line], written: Written) -> None:
    """Store the row of the file, unless its person stopped it at the last moment."""
    try:
        with on_behalf_of(_actor()):
            row = _own(package).select_for_update().first()
            if row is None:
                raise Stopped
            row.file = keep_made(
                written,
                name=zip_name(row.title),
                content_type="application/zip",
                scope=person_scope(user.pk),
                actor=_actor(),
            )
            for entry, line in zip(row.contents, lines, strict=True):
                if line.problem:
                    entry["left_out"] = line.problem
            row.left_out = sum(bool(one.problem) for one in lines)
            row.state, row.ready_at, row.done = PackageState.READY, clock.now(), row.total
            row.save()
            if row.ready_at - row.requested_at > TELLS_AFTER:
                _tell(row, user)
    except Stopped:
        discard(written.key)
    except BaseException:
        discard(written.key)
        raise


def _tell(package: Package, user: Any) -> None:
    notify(
        READY,
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url=page_links.package_page(package.pk),
        once_key=f"{READY}:{package.pk}:{package.requested_at.isoformat()}",
        title=package.title,
        documents=package.total - package.left_out,
        left_out=package.left_out,
        last_day=clock.program_date(package.expires_at),
    )
