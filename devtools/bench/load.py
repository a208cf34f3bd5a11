"""A closed-loop load tool on loopback: a fixed number of clients, each with one request at a time.

`python -m devtools.bench.load PLAN.json` reads what to request and writes its measurements as JSON
to standard output, with the current state of the requests, from which the next round continues. It
runs in a separate process, so that it never waits for the bench.
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

COUNTER = "@00000"  # in a request: replaced by its counter, which has as many digits
PADDING = "@padding"  # in a request: replaced by as many bytes as its `padding` says


@dataclass
class Request:
    """One request as bytes, and the status that counts as an answer.

    A form that must name the version it was read at has COUNTER in its body: `counter` is that
    version, and each expected answer adds one to it.
    """

    wire: str
    expect: int
    counter: int = 0
    padding: int = 0

    def bytes(self) -> bytes:
        """The bytes to send now."""
        wire = self.wire.replace(COUNTER, f"{self.counter:0{len(COUNTER)}d}").encode()
        return wire.replace(PADDING.encode(), b"x" * self.padding) if self.padding else wire


@dataclass(frozen=True)
class Plan:
    """Which clients request what, and for how many seconds.

    Each client has its own requests and sends them in turn, so that no two clients write the same
    thing.
    """

    port: int
    requests: list[Request]
    clients: int
    seconds: float
    at_most: int


@dataclass
class Result:
    """The milliseconds of each answer, and the errors."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    sent_bytes: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Add the measurements of another round."""
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.sent_bytes += other.sent_bytes
        self.wrong += other.wrong

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
    """An open HTTP/1.1 connection that reads one answer at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, wire: bytes) -> tuple[int, int]:
        """Send, and read to the end of the answer; return its status and its length in bytes."""
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
        """Close the connection; the next request opens another."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def _more(peer: socket.socket) -> bytes:
    more = peer.recv(262144)
    if not more:
        raise ConnectionError("closed in the middle of an answer")
    return more


def _client(port: int, requests: list[Request], at_most: int, until: float, out: Result) -> None:
    connection = Connection(port)
    for turn in range(at_most):
        if time.perf_counter() > until:
            break
        request = requests[turn % len(requests)]
        wire = request.bytes()
        begun = time.perf_counter()
        try:
            status, size = connection.ask(wire)
        except OSError as problem:
            out.wrong.append(str(problem))
            connection.close()
            continue
        if status != request.expect:
            out.wrong.append(f"{status} instead of {request.expect}")
            continue
        request.counter += 1
        out.latencies.append((time.perf_counter() - begun) * 1000)
        out.sent_bytes += size
    connection.close()


def phase(plan: Plan) -> Result:
    """Send requests until the time or the number of requests is used up."""
    parts = [Result() for _ in range(plan.clients)]
    begun = time.perf_counter()
    share = plan.at_most // plan.clients
    threads = [
        threading.Thread(
            target=_client,
            args=(plan.port, plan.requests[n :: plan.clients], share, begun + plan.seconds, part),
        )
        for n, part in enumerate(parts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Result()
    for part in parts:
        whole.add(part)
    whole.seconds = time.perf_counter() - begun
    return whole


def run(plan: Plan) -> Result:
    """Send requests as planned; afterwards the counters and the turn of the requests are ready for
    the next round.
    """
    result = phase(plan)
    asked = (len(result.latencies) + len(result.wrong)) % len(plan.requests)
    plan.requests[:] = plan.requests[asked:] + plan.requests[:asked]
    return result


def read(path: Path) -> Plan:
    """The plan that `write` wrote."""
    raw = json.loads(path.read_text())
    return Plan(**{**raw, "requests": [Request(**request) for request in raw["requests"]]})


def write(plan: Plan, path: Path) -> None:
    """Write the plan for the load process."""
    path.write_text(json.dumps(asdict(plan)))


def answered(printed: str) -> tuple[Result, list[Request]]:
    """What the load process printed: its measurements, and the requests of the next round."""
    raw = json.loads(printed)
    return Result(**raw["result"]), [Request(**request) for request in raw["requests"]]


def main(path: Path) -> None:
    """Send requests as planned, and print the measurements."""
    plan = read(path)
    result = run(plan)
    json.dump(
        {"result": asdict(result), "requests": [asdict(r) for r in plan.requests]}, sys.stdout
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
