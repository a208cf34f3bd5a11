"""A scripted ClamAV daemon, on a real socket, in its own protocol."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from files.scanners import EICAR


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """One command for each connection, like the daemon outside sessions."""
        with contextlib.suppress(OSError):
            command = self.rfile.readline()
            if command == b"nPING\n":
                self._send(self.server.daemon.pong)
            elif command == b"nINSTREAM\n":
                self._stream()

    def _stream(self) -> None:
        daemon, data = self.server.daemon, b""
        while True:
            (size,) = struct.unpack("!L", self.rfile.read(4))
            if size == 0:
                break
            data += self.rfile.read(size)
            if daemon.answer == "close early":
                return
            if daemon.answer == "answer early":
                self._send(b"stream: OK\n")
                return
            if daemon.limit and len(data) > daemon.limit:
                self._send(b"INSTREAM size limit exceeded. ERROR\n")
                self._drain()
                return
        daemon.seen.append(data)
        self._answer(data)

    def _answer(self, data: bytes) -> None:
        daemon = self.server.daemon
        if daemon.answer == "close":
            return
        if daemon.answer == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif daemon.answer.startswith("stall"):
            self._send(daemon.answer.partition(":")[2].encode())
            daemon.over.wait(2)
        elif daemon.says is not None:
            self._send(daemon.says(data) + b"\n")
        elif daemon.answer:
            self._send(daemon.answer.encode("latin-1"))
        elif EICAR in data:
            self._send(b"stream: Win.Test.EICAR_HDB-1 FOUND\n")
        else:
            self._send(b"stream: OK\n")

    def _send(self, answer: bytes) -> None:
        self.wfile.write(answer)

    def _drain(self) -> None:
        while self.rfile.read(4096):
            pass


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    daemon: Clamd


class Clamd:
    """If ``answer`` is empty, it looks for the test file. Otherwise it is the literal answer, or
    how it fails.

    ``says`` answers by the content of the file.
    """

    def __init__(self) -> None:
        self.answer, self.pong, self.limit = "", b"PONG\n", 0
        self.says: Callable[[bytes], bytes] | None = None
        self.seen: list[bytes] = []
        #: Set at the end, so that nobody waits for a handler that stalls.
        self.over = threading.Event()
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.daemon = self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self.server.server_address[:2]
        return str(host), int(port)

    def stop(self) -> None:
        """Stop the server."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self) -> Clamd:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None
    ) -> None:
        self.stop()
