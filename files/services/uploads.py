"""Receives uploads: measured, hashed, opened, stored under a name of ours, quarantined."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import zlib
from typing import BinaryIO, NamedTuple, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from audit.models import ScopeKind
from audit.services import Scope, record
from core import clock
from core.access import Access, system
from core.concurrency import one_at_a_time
from core.errors import Problem, Refused, refusal, refuse
from core.ids import new_id
from core.jobs import enqueue
from core.tenancy import on_behalf_of
from core.text import filled
from files.checks import advice, names, sniff
from files.checks.formats import LABELS, Format, format_of
from files.machine import SCAN, scope_of
from files.models import StoredFile
from files.selectors import pictures_among, usage

log = logging.getLogger(__name__)

CHUNK = 256 * 1024


@transaction.atomic
def receive(upload: File[bytes], *, actor: Access, scope: Scope) -> StoredFile:
    """Put an uploaded file into quarantine; it can be opened once a scanner found it clean.

    The caller has checked the actor's right to add a file to ``scope``. Raises Refused with
    problems of the field ``file``: too large, empty, a name or type that is not allowed, content
    that does not match the name, over the owner's quota, or a store that does not answer. If
    refused or interrupted, nothing is left behind.
    """
    known = _examined(upload)
    _within_quota(scope, known.size)
    row = StoredFile(
        id=new_id(),
        name=known.name,
        content_type=known.format.content_type,
        size=known.size,
        sha256=known.digest,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name,
        uploaded_at=clock.now(),
        next_scan_at=clock.now(),
        scope_kind=scope.kind,
        scope_id=scope.id,
    )
    store(row, upload)
    SCAN.begin(row, actor=actor)
    enqueue("files.tasks.scan", row.pk)
    return row


def examine(upload: File[bytes]) -> list[Problem]:
    """The problems that :func:`receive` would report about the file; nothing is stored."""
    try:
        _examined(upload)
    except Refused as refusal:
        return refusal.problems
    return []


class _Known(NamedTuple):
    """What is known about an upload; ``digest`` is its SHA-256 in hex, ``size`` in bytes."""

    name: str
    size: int
    digest: str
    format: Format


def _examined(upload: File[bytes]) -> _Known:
    name = names.clean(upload.name or "")
    if upload.size and upload.size > settings.UPLOAD_MAX_BYTES:
        refuse([_too_large(name)])
    if getattr(upload, "trouble", "") == "storage":
        refuse([_not_stored()])
    refuse(names.problems(name))
    size, digest, head = _measure(upload, name)
    return _Known(name, size, digest, _checked(upload, name, head))


def sha256_of(upload: File[bytes]) -> str:
    """The hash of the upload, to compare it with stored files."""
    if known := _received(upload):
        return known
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _measure(upload: File[bytes], name: str) -> tuple[int, str, bytes]:
    """Size in bytes, SHA-256 and first bytes; stops reading above the limit."""
    if (known := _received(upload)) and upload.size:
        upload.seek(0)
        return upload.size, known, upload.read(sniff.HEAD)
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if len(head) < sniff.HEAD:
            head += chunk[: sniff.HEAD - len(head)]
        if size > settings.UPLOAD_MAX_BYTES:
            refuse([_too_large(name)])
    if size == 0:
        words = filled(_("“%(name)s” is empty. Choose another file."), name=name)
        raise refusal("empty", words, "file")
    return size, digest.hexdigest(), head


def _received(upload: File[bytes]) -> str:
    """The hash that ``files.upload_handlers`` made of what it wrote; empty for other files."""
    return str(getattr(upload, "sha256", ""))


def _checked(upload: File[bytes], name: str, head: bytes) -> Format:
    """The format, if extension, first bytes and structure agree (U-1)."""
    claimed = format_of(name)
    if claimed is None:
        words = _("“%(name)s” is a type of file that we don't accept here. Use %(formats)s.")
        said = advice.by_ending(name) or filled(words, name=name, formats=LABELS)
        raise refusal("type", said, "file")
    if claimed.looks_like and not claimed.looks_like & sniff.looks_like(head):
        words = _("“%(name)s” is named like a %(format)s but contains something else.")
        said = advice.by_content(head, name) or filled(words, name=name, format=claimed.label)
        raise refusal("mismatch", said, "file")
    upload.seek(0)
    refuse(claimed.opens(cast("BinaryIO", upload), name))
    upload.seek(0)
    return claimed


def _within_quota(scope: Scope, size: int) -> None:
    """Refuse if the owner has no room left; uploads of one owner are counted one at a time.

    The program is no account: what it publishes, with every earlier version, is not limited.
    """
    if scope.kind == ScopeKind.PROGRAM:
        return
    one_at_a_time(f"uploads:{scope.kind}:{scope.id}")
    used = usage(scope)
    if used.files >= settings.UPLOAD_MAX_FILES_PER_ACCOUNT:
        words = _("This account has reached its limit of %(number)s files. Use one of them again.")
        values = {"number": settings.UPLOAD_MAX_FILES_PER_ACCOUNT}
        raise refusal("quota", words % values, "file")
    if used.bytes + size > settings.UPLOAD_MAX_BYTES_PER_ACCOUNT:
        words = _("The files of this account have reached the limit of %(number)s MB.")
        values = {"number": settings.UPLOAD_MAX_BYTES_PER_ACCOUNT // (1024 * 1024)}
        raise refusal("quota", words % values, "file")


def store(row: StoredFile, content: File[bytes]) -> None:
    """Write file and row, never only one of them. The sweep finds what a rollback left."""
    row.storage_key = f"{clock.now():%Y/%m/%d}/{row.pk.hex}"
    try:
        kept = default_storage.save(row.storage_key, content)
    except OSError:
        log.exception("the store of files refused %s", row.storage_key)
        discard(row.storage_key)
        raise Refused("storage", [_not_stored()]) from None
    try:
        row.storage_key = kept
        row.save(force_insert=True)
    except BaseException:
        discard(kept)
        raise


def discard(key: str) -> None:
    """Delete a file; what cannot be deleted now is left for the sweep."""
    try:
        default_storage.delete(key)
    except OSError:
        log.warning("%s is left for the sweep", key)


def _too_large(name: str) -> Problem:
    words = _("“%(name)s” is larger than %(number)s MB. Make it smaller or split it.")
    values = {"name": name, "number": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}
    return Problem("too_large", words % values, "file")


def _not_stored() -> Problem:
    words = _("The file could not be stored just now. Nothing was changed. Try again later.")
    return Problem("storage", words, "file")


def note_download(file: StoredFile, *, actor: Access) -> None:
    """Record that someone downloads a file (U-6); the caller has checked the right to."""
    record(
        "files.downloaded",
        actor=actor,
        scope=scope_of(file),
        subject=("stored_file", file.pk),
        name=file.name,
        sha256=file.sha256,
    )


#: Older folders are checked in so many groups, one group an hour: each once a week.
OLDER_GROUPS = 7 * 24


def sweep_orphans(days: int = 7) -> int:
    """Delete files that no row names, left by a rollback, by a process that was killed, or by a
    store that could not delete them.

    Checks the folders of the last ``days`` and one group of the older ones. Skips files written
    within a day, because their transaction may still be open. Returns how many it deleted.
    """
    before = clock.now() - dt.timedelta(days=1)
    recent = [f"{clock.now() - dt.timedelta(days=back):%Y/%m/%d}" for back in range(days + 1)]
    older = [one for one in _day_folders() if is_checked_at(one, clock.now())]
    orphans: set[str] = set()
    for folder in dict.fromkeys([*recent, *older]):
        keys = {f"{folder}/{name}" for name in _listed(folder)}
        with on_behalf_of(system("Files")):
            known = StoredFile.objects.filter(storage_key__in=keys)
            unnamed = keys - set(known.values_list("storage_key", flat=True))
            orphans |= unnamed - pictures_among(unnamed)
    old = [key for key in orphans if default_storage.get_modified_time(key) < before]
    for key in old:
        discard(key)
    return len(old)


def is_checked_at(folder: str, moment: dt.datetime) -> bool:
    """Whether an older folder belongs to the group of this hour."""
    hour = int(moment.timestamp()) // 3600
    return zlib.crc32(folder.encode()) % OLDER_GROUPS == hour % OLDER_GROUPS


def _day_folders() -> list[str]:
    """The folder of every day in the store."""
    found = [""]
    for _level in ("year", "month", "day"):
        found = [f"{above}{one}/" for above in found for one in _folders_in(above)]
    return [one.rstrip("/") for one in found]


def _folders_in(above: str) -> list[str]:
    try:
        return [one for one in default_storage.listdir(above)[0] if one.isdecimal()]
    except FileNotFoundError:
        return []


def _listed(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []
