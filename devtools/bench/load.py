"""A bounded closed-loop load tool on loopback: so many clients, each with one request on its way.

`python -m devtools.bench.load PLAN.json` reads what to ask and writes what it measured to standard
output, as JSON. It runs in a process of its own, so that it never waits for the bench's work.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """One request as bytes on the wire, and the status that counts as an answer."""

    wire: str
    expect: int


@dataclass(frozen=True)
class Plan:
    """Who asks what, how long. `requests` are taken in turn, each client from another start."""

    port: int
    requests: list[Request]
    clients: int
    seconds: float
    at_most: int


@dataclass
class Result:
    """Milliseconds of each answer, and what went wrong."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    sent_bytes: int = 0
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, float | int | str]:
        """Median, 95th percentile, requests a second, bytes of one answer, errors."""
        if not self.latencies:
            return {"errors": len(self.wrong), "first_error": self.wrong[0] if self.wrong else ""}
        ordered = sorted(self.latencies)
        return {
            "requests": len(ordered),
            "p50_ms": round(statistics.median(ordered), 2),
            "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
            "per_second": round(len(ordered) / self.seconds, 1),
            "bytes": self.sent_bytes // len(ordered),
            "errors": len(self.wrong),
            "first_error": self.wrong[0] if self.wrong else "",
        }


class Connection:
    """A kept-open HTTP/1.1 connection that reads one answer at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, wire: bytes) -> tuple[int, int]:
        """Send, and read to the end of the answer; its status and its length in bytes."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = self.socket
        peer.sendall(wire)
        received = b""
        while b"\r\n\r\n" not in received:
            received += _more(peer)
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(x[15:]) for x in lines if x.startswith(b"content-length:")), None)
        if length is None:
            raise ConnectionError("an answer without a length")
        while len(body) < length:
            body += _more(peer)
        if b"connection: close" in lines:
            self.close()
        return int(lines[0].split()[1]), len(head) + 4 + length

    def close(self) -> None:
        """Forget the connection; the next request opens another."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def _more(peer: socket.socket) -> bytes:
    more = peer.recv(262144)
    if not more:
        raise ConnectionError("closed in the middle of an answer")
    return more


def _client(plan: Plan, number: int, until: float, result: Result) -> None:
    connection = Connection(plan.port)
    wires = [(request.wire.encode(), request.expect) for request in plan.requests]
    step = max(1, len(wires) // plan.clients)
    share = plan.at_most // plan.clients
    for turn in range(share):
        if time.perf_counter() > until:
            break
        wire, expect = wires[(number * step + turn) % len(wires)]
        begun = time.perf_counter()
        try:
            status, size = connection.ask(wire)
        except OSError as problem:
            result.wrong.append(str(problem))
            connection.close()
            continue
        if status != expect:
            result.wrong.append(f"{status} instead of {expect}")
            continue
        result.latencies.append((time.perf_counter() - begun) * 1000)
        result.sent_bytes += size
    connection.close()


def run(plan: Plan) -> Result:
    """Ask until the time or the number of requests is used up."""
    parts = [Result() for _ in range(plan.clients)]
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(plan, n, begun + plan.seconds, part))
        for n, part in enumerate(parts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Result(seconds=time.perf_counter() - begun)
    for part in parts:
        whole.latencies += part.latencies
        whole.wrong += part.wrong
        whole.sent_bytes += part.sent_bytes
    return whole


def read(path: Path) -> Plan:
    """The plan that `write` wrote."""
    raw = json.loads(path.read_text())
    return Plan(**{**raw, "requests": [Request(**request) for request in raw["requests"]]})


def write(plan: Plan, path: Path) -> None:
    """Lay the plan down for the load process."""
    path.write_text(json.dumps(asdict(plan)))


if __name__ == "__main__":
    json.dump(run(read(Path(sys.argv[1]))).summary(), sys.stdout)
