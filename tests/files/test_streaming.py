"""Requests that break off or never end, against the portal's own WSGI application (U-2)."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections
from django.test import override_settings

from tests.files.conftest import kept
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.files.urls")]

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """The portal's WSGI application behind a plain server."""
    from portal.wsgi import application

    def closing(environ: Any, start_response: Any) -> Any:
        answer: Any = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", lambda: None)()  # a list has nothing to close
            connections.close_all()

    with (
        override_settings(ALLOWED_HOSTS=["*"]),
        make_server("127.0.0.1", 0, closing, _Server, _Quiet) as running,
    ):
        threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        yield "127.0.0.1", running.server_port
        running.shutdown()


def _send(address: tuple[str, int], body: bytes, announced: int) -> bytes:
    """Send a request whose body may be shorter than announced, then close the connection; return
    the response.
    """
    with socket.create_connection(address, timeout=PATIENCE) as line:
        head = (
            b"POST /measure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: %d\r\n\r\n" % announced
        )
        line.sendall(head)
        line.sendall(body)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def _json(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_a_whole_upload_comes_in_and_leaves_no_temporary_file(
    server: tuple[str, int], store: Path
) -> None:
    body = HEAD + b"x" * 3_000_000 + TAIL
    assert _json(_send(server, body, len(body))) == {"file": 3_000_000}
    assert kept(store) == []


@pytest.mark.parametrize("sent", [10, 50_000, 2_999_000])
def test_an_interrupted_upload_is_never_taken_for_a_file_and_leaves_nothing(
    server: tuple[str, int], store: Path, sent: int
) -> None:
    body = HEAD + b"x" * 3_000_000 + TAIL
    answer = _send(server, body[:sent], len(body))
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert kept(store) == []


def _open_below(folder: Path) -> list[int]:
    """The sizes of this process's open files in a folder, named or not; largest first."""
    sizes = [0, 0]
    for number in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if str(number.readlink()).startswith(str(folder)):
                sizes.append(number.stat().st_size)
    return sorted(sizes, reverse=True)


def test_u2_a_file_above_the_limit_is_held_once_with_its_request_and_never_as_a_file(
    server: tuple[str, int], store: Path
) -> None:
    """The server receives a whole body before a worker reads it (U-2); the file is cut off."""
    size, largest, second = 40 * 1024 * 1024, 0, 0
    body = HEAD + bytes(size) + TAIL
    done = threading.Event()

    def watch() -> None:
        nonlocal largest, second
        while not done.is_set():
            sizes = _open_below(store)
            largest, second = max(largest, sizes[0]), max(second, sizes[1])
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    answer = _send(server, body, len(body))
    done.set()
    watcher.join()
    assert _json(answer) == {"file": size}
    assert 0 < largest <= len(body)
    assert second <= 25 * 1024 * 1024
    assert kept(store) == []


def test_u2_a_request_larger_than_any_form_is_refused_unread(server: tuple[str, int]) -> None:
    answer = _send(server, HEAD, 400 * 1024 * 1024)
    status = answer.partition(b"\r\n")[0]
    assert b" 413 " in status or b" 400 " in status


def test_a_disk_that_takes_nothing_is_a_refusal_and_not_an_error(
    server: tuple[str, int], settings: Any
) -> None:
    settings.MEDIA_ROOT = "/proc/nowhere"
    body = HEAD + b"x" * 1000 + TAIL
    assert _json(_send(server, body, len(body))) == {"file": 1000}
