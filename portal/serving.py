"""Waits for the body of a request outside the working threads.

The server has many threads that read and few that work. A reader receives a whole body (large ones
on disk), and only then does a worker get the request. So ten connections that send half a body and
stop occupy ten readers, and nobody waits for them. A body that stops is answered with 408.

The proxy of docker-compose.yml does the same before the server; this also works without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters

Application = Callable[..., Iterable[bytes]]

#: A body that receives nothing for this long is given up.
STILL_SECONDS = 15.0
#: Larger bodies are stored on disk while they are received.
IN_MEMORY = 1024 * 1024
#: Small pieces cost more: with each of them the server moves all that it has read ahead.
CHUNK = 1024 * 1024


def buffered(application: Application, workers: int) -> Application:
    """A WSGI application that runs in ``workers`` threads, and gets each request with its whole
    body.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="work")

    def inner(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = announced(environ)
        if not 0 < length <= most(environ):
            # There is nothing to wait for, or the body is longer than anyone reads: its length is
            # refused.
            return pool.submit(_run, application, environ, start_response).result()
        try:
            body = _taken_in(environ, length)
        except TimeoutError:
            return _gave_up(start_response)
        with body:
            environ["wsgi.input"] = body
            return pool.submit(_run, application, environ, start_response).result()

    return inner


def announced(environ: dict[str, Any]) -> int:
    """The length of the body that the client announced; 0 for none."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isdigit() else 0


def most(environ: dict[str, Any]) -> int:
    """The longest body that is read at all; Django refuses longer ones unread.

    The type is read as Django reads it: otherwise a working thread would receive a form under
    another spelling (``Multipart/Form-Data``).
    """
    try:
        kind = parse_header_parameters(str(environ.get("CONTENT_TYPE", "")))[0]
    except ValueError:  # Django refuses the request for the same reason
        kind = ""
    if kind == "multipart/form-data":
        return int(2 * settings.UPLOAD_MAX_BYTES * settings.UPLOAD_FILES_AT_ONCE)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _taken_in(environ: dict[str, Any], length: int) -> Any:
    """The body, or what came before the connection broke. Raises TimeoutError if it stops."""
    line = environ.get("gunicorn.socket")
    source, folder = environ["wsgi.input"], Path(settings.MEDIA_ROOT)
    place = str(folder) if folder.is_dir() else None
    body = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=place)  # noqa: SIM115 (outlives this call)
    try:
        if line is not None:
            line.settimeout(STILL_SECONDS)
        while length > 0 and (chunk := source.read(min(CHUNK, length))):
            body.write(chunk)
            length -= len(chunk)
    except BaseException:
        body.close()
        raise
    finally:
        if line is not None:
            line.settimeout(None)
    body.seek(0)
    return body


def _run(application: Application, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The response: complete, unless it is a stream, so that a slow reader occupies no worker."""
    answer = application(environ, start_response)
    if getattr(answer, "streaming", True):
        return answer
    try:
        return list(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def _gave_up(start_response: Any) -> Iterable[bytes]:
    words = b"The request stood still and was given up. Send it again.\n"
    start_response(
        "408 Request Timeout",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(words))),
            ("Connection", "close"),
        ],
    )
    return [words]
