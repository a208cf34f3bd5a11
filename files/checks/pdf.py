"""PDF: it must open without a password and be complete; active content is found (U-1, U-8).

A PDF that anyone may open but not print or change is accepted: the reviewer can read it. One that
needs a password to open is refused during the upload (ADR 13). All are opened in a process with
limits (``pdf_child.py``).
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from core import bounded
from core.errors import Problem
from core.text import filled
from files.checks import sniff

#: Bytes before the end in which the mark of the end must stand, without the padding after it.
TAIL = 2048
#: So few bytes after the end are the end of the last line, and no reader stumbles over them.
_LAST_LINE = 16
_PADDING = b"\x00\t\n\x0c\r "
_BLOCK = 64 * 1024
#: While someone waits for the result of an upload.
OPEN_LIMITS = bounded.Limits(cpu_seconds=10, memory_bytes=768 * 1024**2, wall_seconds=40)
#: In the worker.
WALK_LIMITS = bounded.Limits(cpu_seconds=60, memory_bytes=1024**3, wall_seconds=80)

_CHILD = "files.checks.pdf_child"
#: The name of the file in the folder of a job.
_FILE = "file"
#: How a child fails that may not open the files of this process; then it gets a copy.
_NOT_THERE = ("PermissionError", "FileNotFoundError")


def problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a PDF."""
    if not sniff.begins_as_pdf(file.read(sniff.PDF_WITHIN)) or b"%%EOF" not in _tail(file):
        yield _damaged(name)
        return
    try:
        found, _copy = _asked(file, "open", OPEN_LIMITS)
    except bounded.OutOfBounds:
        words = _("“%(name)s” is too large to check once it is unpacked. Print it to a new PDF.")
        yield Problem("too_large", filled(words, name=name), "file")
        return
    except bounded.ChildFailed:
        found = "damaged"
    if found == "encrypted":
        words = _("“%(name)s” is protected with a password. Save it without one.")
        yield Problem("encrypted", filled(words, name=name), "file")
        return
    if found:
        yield _damaged(name)
        return
    file.seek(0)
    if zipfile.is_zipfile(file):
        words = _("“%(name)s” is both a PDF and an archive. Print it to a new PDF file.")
        yield Problem("mismatch", filled(words, name=name), "file")


def _tail(file: BinaryIO) -> bytes:
    """The last bytes before the padding."""
    end = _end(file)
    file.seek(max(0, end - TAIL))
    return file.read(min(TAIL, end))


def _end(file: BinaryIO) -> int:
    """Where the padding begins that some programs add; else the size."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        if kept := file.read(end - begin).rstrip(_PADDING):
            return begin + len(kept)
        end = begin
    return 0


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” can't be opened as a PDF: it is damaged or incomplete.")
    return Problem("damaged", filled(words, name=name), "file")


def _asked(
    file: BinaryIO, what: str, limits: bounded.Limits, *, padded: bool = False
) -> tuple[str, bytes]:
    """The answer of the child, and the copy that it made, if any."""
    with tempfile.TemporaryDirectory(prefix="portal-check-") as name:
        folder = Path(name)
        if not padded and _pointed_to(file, folder / _FILE):
            try:
                return _answered(folder, what, limits)
            except bounded.ChildFailed as failure:
                if not str(failure).startswith(_NOT_THERE):
                    raise
            (folder / _FILE).unlink()
        _copied(file, folder / _FILE, padded=padded)
        return _answered(folder, what, limits)


def _answered(folder: Path, what: str, limits: bounded.Limits) -> tuple[str, bytes]:
    job = {"do": what, "path": str(folder / _FILE)}
    bounded.run(_CHILD, job, limits, Path(settings.BASE_DIR))
    made = folder / "copy"
    answer = (folder / "answer").read_text(encoding="utf-8")
    return answer, made.read_bytes() if made.exists() else b""


def _pointed_to(file: BinaryIO, path: Path) -> bool:
    """Point the path to the open file itself, if it lies on a disk and is not padded: 25 MB are
    not copied while someone waits. Whoever changed it there would only make it differ from its
    hash, and then nobody gets it.
    """
    raw = getattr(file, "file", file)
    if not isinstance(raw, io.BufferedRandom | io.BufferedReader):
        return False
    if file.seek(0, os.SEEK_END) - _end(file) > _LAST_LINE:
        return False
    path.symlink_to(f"/proc/{os.getpid()}/fd/{raw.fileno()}")
    return True


def _copied(file: BinaryIO, path: Path, *, padded: bool) -> None:
    """Copy the file, without its padding unless ``padded``."""
    end = _end(file)
    file.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(file, copy)
        if not padded:
            copy.truncate(end)


def acts_when_opened(file: BinaryIO) -> bool:
    """Whether a PDF contains scripts, actions or other files; true also if that cannot be
    determined.

    Checks every object, so it runs in the worker, never while someone waits for a page. With much
    padding, some readers find the table of objects and others collect the objects themselves; both
    views are checked.
    """
    views = (False, True) if _is_padded(file) else (False,)
    try:
        return any(_asked(file, "walk", WALK_LIMITS, padded=padded)[0] for padded in views)
    except (bounded.OutOfBounds, bounded.ChildFailed):
        return True


def _is_padded(file: BinaryIO) -> bool:
    end = _end(file)
    return end != file.seek(0, os.SEEK_END)


def readable_copy(file: BinaryIO) -> BinaryIO | None:
    """An unprotected copy of a PDF that anyone may open but not print or change.

    None if it is not protected. A scanner that cannot look into protected files gets the copy; the
    file that is stored and sent stays as it was received.
    """
    try:
        answer, copy = _asked(file, "free", WALK_LIMITS)
    except (bounded.OutOfBounds, bounded.ChildFailed):
        return None
    return io.BytesIO(copy) if answer else None
