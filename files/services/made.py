"""Stores files that the portal makes piece by piece, without ever holding one in memory.

Writing takes longer than a transaction may, so the content comes first and its row after it. What
is written and gets no row is deleted here, or by the sweep if the worker dies.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from audit.services import Scope
from core import clock
from core.access import Access
from core.ids import new_id
from files.machine import SCAN
from files.models import StoredFile
from files.services.uploads import discard
from files.states import ScanState


class Written(NamedTuple):
    """Content in the store that has no row yet: its key, its size in bytes, and its SHA-256."""

    key: str
    size: int
    sha256: str


def write_made(pieces: Iterable[bytes]) -> Written:
    """Write pieces to the store as they are made. If making or writing fails, nothing is left, and
    the failure goes on to the caller.
    """
    stream = _Stream(iter(pieces))
    key = f"{clock.now():%Y/%m/%d}/{new_id().hex}"
    try:
        kept = default_storage.save(key, File(io.BufferedReader(stream), name=key))
    except BaseException:
        discard(key)
        raise
    return Written(kept, stream.size, stream.digest.hexdigest())


def keep_made(
    written: Written, *, name: str, content_type: str, scope: Scope, actor: Access
) -> StoredFile:
    """The row of written content, in the caller's transaction. The portal made it, so it is not
    scanned.
    """
    file = made_file(name, content_type, written.size, written.sha256, scope)
    file.storage_key = written.key
    file.save(force_insert=True)
    SCAN.begin(file, actor=actor)
    return file


def made_file(name: str, content_type: str, size: int, sha256: str, scope: Scope) -> StoredFile:
    """A row that is not saved yet, of a file that the portal made: it is not scanned."""
    return StoredFile(
        id=new_id(),
        name=name,
        content_type=content_type,
        size=size,
        sha256=sha256,
        state=ScanState.CLEAN,
        scanner=_("made by the portal"),
        uploaded_at=clock.now(),
        scope_kind=scope.kind,
        scope_id=scope.id,
    )


class _Stream(io.RawIOBase):
    """Pieces as a file to read from, measured as they are read; one piece is held at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")
        self.size, self.digest = 0, hashlib.sha256()

    def readable(self) -> bool:
        """It can be read, once and from the start."""
        return True

    def readinto(self, place: memoryview) -> int:  # type: ignore[override]
        """Fill ``place`` with what comes next; 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(place), len(self._rest))
        place[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self.size += count
        self.digest.update(place[:count])
        return count
