"""Receives the content of an upload: limited while it streams, complete or not at all (U-2).

Named in ``FILE_UPLOAD_HANDLERS`` and ``STORAGES``, and wrapped around the WSGI application.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class IncomingFile(UploadedFile):
    """An upload on disk. ``trouble`` is ``storage`` if it could not be written.

    ``sha256`` is that of its content, made while it came in. Of a file above the limit only the
    size is known; its content was dropped.
    """

    trouble = ""
    sha256 = ""


class Incoming(FileUploadHandler):
    """Writes each file to the disk of the store, and stops at the limit.

    The file has no name, so the system frees it whatever happens to the request or the process. The
    rest of a larger request is read and dropped, so that the page can show what was typed and an
    error at the field.
    """

    file: Any
    #: Bytes of a part of the body. Smaller parts cost more processor time, larger ones more memory.
    chunk_size = 256 * 1024

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse at once what is larger than all files of one form can be together."""
        most = settings.UPLOAD_MAX_BYTES * settings.UPLOAD_FILES_AT_ONCE
        if content_length > 2 * most:
            raise RequestDataTooBig("the request is larger than its files may be together")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.received, self.trouble, self.digest = 0, "", hashlib.sha256()
        try:
            folder = Path(settings.MEDIA_ROOT)
            folder.mkdir(parents=True, exist_ok=True)
            self.file = _unnamed_file(folder)
        except OSError:
            self.file, self.trouble = io.BytesIO(), "storage"

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Store a part, unless the file is already too large or the disk cannot take it."""
        self.received += len(raw_data)
        if self.trouble or self.received > settings.UPLOAD_MAX_BYTES:
            return
        self.digest.update(raw_data)
        try:
            self.file.write(raw_data)
        except OSError:
            self.trouble = "storage"

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file, open at its start."""
        is_whole = False
        if self.received > settings.UPLOAD_MAX_BYTES or self.trouble:
            self._let_go()
        else:
            try:
                self.file.flush()
                is_whole = True
            except OSError:
                self.trouble = "storage"
        self.file.seek(0)
        name, kind = self.file_name or "", self.content_type or ""
        file = IncomingFile(self.file, name, kind, self.received)
        file.trouble = self.trouble
        file.sha256 = self.digest.hexdigest() if is_whole else ""
        return file

    def upload_interrupted(self) -> None:
        """Leave nothing of an incomplete file."""
        if getattr(self, "file", None) is not None:
            self._let_go()

    def _let_go(self) -> None:
        try:
            self.file.close()
        finally:
            self.file = io.BytesIO()


def _unnamed_file(folder: Path) -> Any:
    """A new file without a name, which the system frees with its last user.

    Where the system can, it may get a name later (:class:`Disk`). Python's own temporary files are
    opened so that they never can.
    """
    try:
        number = os.open(folder, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except (OSError, AttributeError):  # a system or a disk without such files
        return tempfile.TemporaryFile(dir=folder)
    return os.fdopen(number, "w+b")


class Disk(FileSystemStorage):
    """The store of files on a local disk."""

    def _save(self, name: str, content: Any) -> str:
        """Give the content its name if it is a complete upload on the same disk; else copy it."""
        if getattr(content, "sha256", "") and self._named(name, content.file):
            return name
        kept: str = super()._save(name, content)  # type: ignore[misc]
        return kept

    def _named(self, name: str, file: Any) -> bool:
        """Whether the file has the name now; nothing is left if it has not."""
        path = Path(self.path(name))
        try:
            file.flush()
            number = file.fileno()
            path.parent.mkdir(parents=True, exist_ok=True)
            # With a folder named, the system follows the link to the file itself.
            os.link(f"/proc/self/fd/{number}", path, src_dir_fd=number, follow_symlinks=True)
        except OSError:
            return False
        if self.file_permissions_mode is not None:
            path.chmod(self.file_permissions_mode)
        return True


class _Whole:
    """The body of a request; raises if it ends before the announced length.

    A broken connection looks like the end of the body, and half a file looks like a file.
    """

    def __init__(self, body: Any) -> None:
        self.body = body

    def read(self, size: int = -1) -> bytes:
        """Read ``size`` bytes, all of them."""
        return self._all(self.body.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        """Read a line."""
        line: bytes = self.body.readline(size)
        return line if line.endswith(b"\n") else self._all(line, size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Read lines; nobody here does."""
        return list(self.body.readlines(hint))

    @staticmethod
    def _all(data: bytes, size: int) -> bytes:
        if len(data) < size:
            raise ConnectionResetError("the request ended before its announced length")
        return data


def whole_bodies(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that never takes an incomplete request for a complete one.

    Django reads only the announced length, so a short read means an incomplete body.
    """

    def inner(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = _Whole(environ["wsgi.input"])
        return application(environ, start_response)

    return inner
