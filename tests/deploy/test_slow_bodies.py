"""B18: clients that send half a body and stop do not make others wait; with the server as
deployed.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from portal import serving
from tests.apart import ROOT, database_url
from tests.patience import PATIENCE

#: More than the server's working threads.
STALLED = 10
BODY = b"email=rosa%40example.com&password=x"


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """One process of the web server with its production file; the path of its socket."""
    place = str(tmp_path / "web.sock")
    command = [
        sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py",
        "--bind", f"unix:{place}",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": database_url(),
        "TEST_MEDIA_ROOT": str(tmp_path),
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "2",
    }
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert any("Listening at" in line for line in process.stderr)
        yield place
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _connected(place: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE)
    line.connect(place)
    return line


def _head(method: str, path: str, length: int = 0) -> bytes:
    about = f"Content-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{about}\r\n".encode()
    )


def _status(line: socket.socket) -> int:
    return int(line.makefile("rb").readline().split()[1])


def test_b18_ten_half_bodies_stop_nobody_and_are_answered_when_they_are_whole(server: str) -> None:
    half = len(BODY) // 2
    stalled = [_connected(server) for _ in range(STALLED)]
    for line in stalled:
        line.sendall(_head("POST", "/sign-in", len(BODY)) + BODY[:half])
    for path in ("/healthz", "/sign-in", "/register"):
        other = _connected(server)
        other.sendall(_head("GET", path))
        assert _status(other) == 200, path
        other.close()
    for line in stalled:
        line.sendall(BODY[half:])
        assert _status(line) == 403, "the form has no token, and was read as a whole"
        line.close()


class Stalls:
    """A connection that sends half a body, then nothing."""

    def __init__(self) -> None:
        self.parts = [b"half"]
        self.timeouts: list[float | None] = []

    def read(self, size: int) -> bytes:
        if not self.parts:
            raise TimeoutError
        return self.parts.pop()

    def settimeout(self, seconds: float | None) -> None:
        self.timeouts.append(seconds)


def test_b18_a_body_that_stands_still_is_given_up_before_anybody_works_on_it() -> None:
    line, said = Stalls(), []

    def never(*_args: Any) -> Any:
        raise AssertionError("no half request is worked on")

    application = serving.buffered(never, 1)
    environ = {"CONTENT_LENGTH": "9", "wsgi.input": line, "gunicorn.socket": line}
    answer = application(environ, lambda status, _headers: said.append(status))
    assert said == ["408 Request Timeout"] and b"given up" in b"".join(answer)
    assert line.timeouts == [serving.STILL_SECONDS, None]


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "Multipart/Form-Data", "multipart/form-data=x"],
)
def test_b18_a_long_form_is_taken_in_first_however_its_type_is_spelled(kind: str) -> None:
    line, said = Stalls(), []

    def never(*_args: Any) -> Any:
        raise AssertionError("no half request is worked on")

    environ = {
        "CONTENT_LENGTH": str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1),
        "CONTENT_TYPE": f"{kind}; boundary=x",
        "wsgi.input": line,
    }
    django = WSGIRequest({**environ, "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO()})
    assert django.content_type == "multipart/form-data", "Django reads it as a form"
    serving.buffered(never, 1)(environ, lambda status, _headers: said.append(status))
    assert said == ["408 Request Timeout"]


@pytest.mark.parametrize("length", ["999999999", "", "0", "x", "-1"])
def test_b18_a_body_that_nobody_reads_is_not_waited_for(length: str) -> None:
    line = Stalls()
    application = serving.buffered(lambda environ, _start: [b"refused by its length"], 1)
    environ = {"CONTENT_LENGTH": length, "wsgi.input": line}
    assert list(application(environ, None)) == [b"refused by its length"]
    assert line.parts == [b"half"]


def test_b18_a_whole_body_reaches_the_application_as_it_came() -> None:
    sent = os.urandom(serving.IN_MEMORY + 7)
    environ = {
        "CONTENT_LENGTH": str(len(sent)),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": io.BytesIO(sent + b"the next request"),
    }
    application = serving.buffered(lambda environ, _start: [environ["wsgi.input"].read()], 1)
    assert b"".join(application(environ, None)) == sent
