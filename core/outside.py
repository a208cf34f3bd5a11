"""One HTTP exchange with a web address that a user chose, which cannot reach the inside.

The name is looked up at each exchange. If any of its addresses is not public, nothing is sent. The
connection goes to the very address that was checked, so that a name which changes its answer in
between (DNS rebinding) gains nothing, and the certificate is checked against the name. Redirects
are not followed, no proxy of the environment is used, of the answer a few KB are read, and the
whole exchange ends in time, however slowly the other side speaks (ASVS 1.3.6, 4.2, 13.2).
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from core.errors import Refused
from core.outside_addresses import Outside, may_connect, outside

#: How long one address of a host may take to answer the knock.
CONNECT_SECONDS = 4.0
#: How many addresses of a host are tried.
MOST_ADDRESSES = 4
#: So much of an answer is read.
MOST_BYTES = 4 * 1024


class Why:
    """Why an exchange had no answer; the words stand where they are shown."""

    ADDRESS = "address"
    NAME = "name"
    INSIDE = "inside"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIME = "time"
    NOT_HTTP = "not_http"


@dataclass(frozen=True)
class Answer:
    """What came of an exchange: an HTTP status with the beginning of its body, or why there is
    none.
    """

    status: int | None = None
    why: str = ""
    text: str = ""
    seconds: float = 0.0

    @property
    def is_taken(self) -> bool:
        """Whether the other side says that it has what was sent."""
        return self.status is not None and 200 <= self.status < 300


class _NoAnswer(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
    """Send ``body`` and read the answer; never longer than ``seconds``, never raises."""
    begun = time.monotonic()
    try:
        status, text = _exchange(outside(url), body, headers, begun + seconds)
        return Answer(status, "", text, time.monotonic() - begun)
    except Refused:
        return Answer(why=Why.ADDRESS)
    except _NoAnswer as error:
        return Answer(why=error.why, seconds=time.monotonic() - begun)


def look_up(host: str, port: int) -> list[str]:
    """All IP addresses of a host, as text."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def tls_context() -> ssl.SSLContext:
    """Certificates of the system's authorities, TLS 1.2 and newer."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _checked_addresses(address: Outside, until: float) -> list[str]:
    """The addresses of the host. If one of them is inside, none may be used."""
    found = _in_time(address, until)
    if not found:
        raise _NoAnswer(Why.NAME)
    if not all(may_connect(ip) for ip in found):
        raise _NoAnswer(Why.INSIDE)
    return found[:MOST_ADDRESSES]


def _in_time(address: Outside, until: float) -> list[str]:
    """Look a host up; the system's resolver knows no limit of time, so a thread waits for it."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(look_up(address.host, address.port))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        return answer.result(timeout=max(0.0, until - time.monotonic()))
    except TimeoutError as error:
        raise _NoAnswer(Why.TIME) from error
    except (OSError, UnicodeError) as error:
        raise _NoAnswer(Why.NAME) from error


def _connected(ips: list[str], port: int, until: float) -> socket.socket:
    """A connection to the first of these addresses that takes one; nothing is looked up again."""
    for ip in ips:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        knock = socket.socket(family, socket.SOCK_STREAM)
        knock.settimeout(min(CONNECT_SECONDS, max(0.01, until - time.monotonic())))
        try:
            knock.connect((ip, port))
        except OSError:
            knock.close()
            continue
        return knock
    raise _NoAnswer(Why.TIME if time.monotonic() >= until else Why.CONNECTION)


@contextlib.contextmanager
def _ended_at(until: float, connection: socket.socket) -> Iterator[threading.Event]:
    """Shut the connection down when the time is over, whatever it is doing then."""
    is_over = threading.Event()
    with connection.dup() as double:

        def end() -> None:
            is_over.set()
            with contextlib.suppress(OSError):
                double.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(0.0, until - time.monotonic()), end)
        timer.daemon = True
        timer.start()
        try:
            yield is_over
        finally:
            timer.cancel()
            timer.join()


def _exchange(
    address: Outside, body: bytes, headers: Mapping[str, str], until: float
) -> tuple[int, str]:
    ips = _checked_addresses(address, until)
    with (
        contextlib.closing(_connected(ips, address.port, until)) as connection,
        _ended_at(until, connection) as is_over,
    ):
        connection.settimeout(max(0.01, until - time.monotonic()))
        try:
            return _spoken(address, connection, body, headers, is_over)
        except ssl.SSLCertVerificationError as error:
            raise _NoAnswer(Why.CERTIFICATE) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if is_over.is_set() or isinstance(error, TimeoutError):
                raise _NoAnswer(Why.TIME) from error
            is_broken = isinstance(error, OSError) and not isinstance(error, ssl.SSLError)
            raise _NoAnswer(Why.CONNECTION if is_broken else Why.NOT_HTTP) from error


def _spoken(
    address: Outside,
    connection: socket.socket,
    body: bytes,
    headers: Mapping[str, str],
    is_over: threading.Event,
) -> tuple[int, str]:
    """Send the request over an open connection, and read the beginning of the answer."""
    if address.is_https:
        connection = tls_context().wrap_socket(connection, server_hostname=address.host)
    with contextlib.closing(connection):
        asked = http.client.HTTPConnection(address.host, address.port)
        asked.sock = connection
        # It must never open another connection by itself: that one would not be checked.
        asked.auto_open = 0
        asked.request(
            "POST",
            address.target,
            body,
            {**headers, "Host": address.authority, "Connection": "close"},
        )
        response = asked.getresponse()
        if is_over.is_set():
            # The library takes headers that were cut off for an answer.
            raise TimeoutError
        return response.status, _beginning(response)


def _beginning(response: http.client.HTTPResponse) -> str:
    """The first KB of a body; what comes too slowly, or broken, is left out."""
    found = b""
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        while len(found) < MOST_BYTES and (piece := response.read1(MOST_BYTES - len(found))):
            found += piece
    return found.decode("utf-8", "replace")
