"""What the portal sends to addresses that users chose never reaches the inside (ASVS 1.3.6)."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from core import outside
from core.errors import Refused
from core.outside import Why, post
from core.outside_addresses import is_public
from core.outside_addresses import outside as taken
from tests.factories.receiver import certificate_for, dripping, receiver, said, silent

HOST = "hooks.quillfeather.example"


@pytest.fixture
def inside(settings: Any) -> None:
    """This machine is allowed, as in the demo."""
    settings.OUTSIDE_LOOPBACK = True


def answers(monkeypatch: pytest.MonkeyPatch, *found: str) -> list[str]:
    """The resolver gives these addresses for every name; what it was asked."""
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return list(found)

    monkeypatch.setattr(outside, "look_up", look_up)
    return asked


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that is tried; none comes about."""
    tried: list[Any] = []

    class Closed(socket.socket):
        def connect(self, address: Any) -> None:
            tried.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(outside.socket, "socket", Closed)
    return tried


# --- addresses as they are written ---


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.quillfeather.example/",
        "ftp://hooks.quillfeather.example/",
        "file:///etc/passwd",
        "gopher://hooks.quillfeather.example/",
        "//hooks.quillfeather.example/",
        "hooks.quillfeather.example",
        "",
        "https://",
        "https:///path",
        "https://user@hooks.quillfeather.example/",
        "https://user:secret@hooks.quillfeather.example/",
        "https://:@hooks.quillfeather.example/",
        "https://hooks.quillfeather.example@127.0.0.1/",
        "https://hooks.quillfeather.example:8443/",
        "https://hooks.quillfeather.example:22/",
        "https://hooks.quillfeather.example:0/",
        "https://hooks.quillfeather.example:99999/",
        "https://hooks.quillfeather.example:x/",
        "https://hooks.quillfeather.example\\@127.0.0.1/",
        "https://hooks.quill feather.example/",
        "https://hooks.quillfeather.example/\r\nHost: x",
        "https://hooks.quillfeather.example/\x00",
        f"https://hooks.quillfeather.example/{'x' * 500}",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://0/",
        "https://0.0.0.0/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xa9fea9fe/",
        "https://8.8.8.8/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://[2606:4700::1111]/",
        "https://１２７.０.０.１/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://router.lan/",
        "https://app.localhost/",
        "https://intranet/",
        "https://-bad-.example/",
        "https://a..b.example/",
        f"https://{'a' * 64}.example/",
    ],
)
def test_an_address_that_is_not_https_to_a_public_name_is_refused_in_words(url: str) -> None:
    with pytest.raises(Refused) as refused:
        taken(url)
    (problem,) = refused.value.problems
    assert problem.field == "url" and str(problem.message).endswith(".")


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("https://hooks.quillfeather.example", "https://hooks.quillfeather.example/"),
        (" https://HOOKS.Quillfeather.example./a?b=c ", "https://hooks.quillfeather.example/a?b=c"),
        ("https://hooks.quillfeather.example:443/a#part", "https://hooks.quillfeather.example/a"),
        ("https://bücher.example/ü?q=ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC"),
        (
            "https://hooks.quillfeather.example/%2e%2e/a",
            "https://hooks.quillfeather.example/%2e%2e/a",
        ),
    ],
)
def test_an_address_is_kept_in_one_spelling(url: str, spelled: str) -> None:
    assert taken(url).url == spelled
    assert taken(spelled).url == spelled


# --- addresses as the resolver gives them ---


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1",
        "127.255.255.254", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254",
        "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1",
        "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2606:4700::1%1", "", "x", "127.1",
    ],
)  # fmt: skip
def test_only_addresses_of_the_public_internet_are_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1"]
)
def test_addresses_of_the_public_internet_are(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["8.8.8.8", "10.0.0.7"],
        ["10.0.0.7", "8.8.8.8"],
        ["8.8.8.8", "::1"],
        ["2606:4700::1", "64:ff9b::a00:7"],
    ],
)
def test_one_inner_address_among_all_of_a_name_is_enough_to_send_nothing(
    found: list[str], monkeypatch: pytest.MonkeyPatch, knocks: list[Any]
) -> None:
    answers(monkeypatch, *found)
    assert post(f"https://{HOST}/", b"{}", {}, seconds=5).why == Why.INSIDE
    assert knocks == []


def test_the_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, knocks: list[Any]
) -> None:
    """DNS rebinding: the second answer would lead inside, and nobody asks for it."""
    replies = [["8.8.8.8", "2606:4700::1"], ["127.0.0.1"]]
    asked: list[str] = []

    def changing(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in replies[len(asked) - 1]]

    monkeypatch.setattr(outside.socket, "getaddrinfo", changing)
    assert post(f"https://{HOST}/", b"{}", {}, seconds=5).why == Why.CONNECTION
    assert asked == [HOST]
    assert knocks == [("8.8.8.8", 443), ("2606:4700::1", 443)]


def test_an_address_that_was_fine_when_it_was_added_is_checked_at_each_connection(
    monkeypatch: pytest.MonkeyPatch, knocks: list[Any]
) -> None:
    answers(monkeypatch, "8.8.8.8")
    post(f"https://{HOST}/", b"{}", {}, seconds=5)
    answers(monkeypatch, "192.168.1.1")
    assert post(f"https://{HOST}/", b"{}", {}, seconds=5).why == Why.INSIDE
    assert len(knocks) == 1
    assert post("http://127.0.0.1/", b"{}", {}, seconds=5).why == Why.ADDRESS


def test_a_name_that_nobody_knows_is_said_and_a_resolver_that_hangs_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(outside, "look_up", unknown)
    assert post(f"https://{HOST}/", b"{}", {}, seconds=5).why == Why.NAME
    answers(monkeypatch)
    assert post(f"https://{HOST}/", b"{}", {}, seconds=5).why == Why.NAME
    answered = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        answered.wait(20)
        return []

    monkeypatch.setattr(outside, "look_up", hanging)
    assert post(f"https://{HOST}/", b"{}", {}, seconds=0.2).why == Why.TIME
    answered.set()


# --- the exchange --------------------------------------------------------------------------------


def test_what_is_sent_and_what_is_answered(inside: None) -> None:
    with receiver(said(201, b"thanks")) as one:
        answer = post(one.url + "?a=b", b'{"a":1}', {"X-A": "1"}, seconds=5)
    assert (answer.status, answer.text, answer.is_taken, answer.why) == (201, "thanks", True, "")
    (sent,) = one.requests
    assert sent.startswith(b"POST /hook?a=b HTTP/1.1\r\n") and sent.endswith(b'\r\n\r\n{"a":1}')
    assert f"Host: 127.0.0.1:{one.port}".encode() in sent and b"X-A: 1" in sent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int, inside: None) -> None:
    with receiver(said()) as target:
        head = f"Location: {target.url}\r\n"
        with receiver(said(status, b"", head)) as one:
            answer = post(one.url, b"{}", {}, seconds=5)
        assert answer.status == status and not answer.is_taken
    assert target.requests == [] and len(one.requests) == 1


def test_no_proxy_of_the_environment_is_used(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(said()) as proxy, receiver(said()) as one:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert post(one.url, b"{}", {}, seconds=5).is_taken
    assert proxy.requests == []


def test_of_an_answer_only_the_beginning_is_read(inside: None) -> None:
    with receiver(said(200, b"x" * 5_000_000)) as one:
        answer = post(one.url, b"{}", {}, seconds=10)
    assert answer.is_taken and len(answer.text) <= outside.MOST_BYTES


@pytest.mark.parametrize(
    "says", [silent, dripping(b"x"), dripping(b"X-A: 1\r\n")], ids=["silent", "line", "headers"]
)
def test_the_whole_exchange_ends_in_time_however_slowly_the_other_side_speaks(
    says: Any, inside: None
) -> None:
    with receiver(says) as one:
        answer = post(one.url, b"{}", {}, seconds=0.5)
    assert answer.status is None
    assert answer.why == Why.TIME


def test_a_body_that_drips_does_not_undo_the_answer(inside: None) -> None:
    with receiver(dripping(b"\r\nx")) as one:
        answer = post(one.url, b"{}", {}, seconds=0.5)
    assert answer.is_taken


@pytest.mark.parametrize("text", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70_000])
def test_what_is_not_http_is_no_answer(text: bytes, inside: None) -> None:
    with receiver(lambda connection: connection.sendall(text)) as one:
        answer = post(one.url, b"{}", {}, seconds=5)
    assert answer.status is None and answer.why in {Why.NOT_HTTP, Why.CONNECTION}


def test_the_certificate_is_checked_against_the_name(
    inside: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    server, client = certificate_for(HOST, tmp_path)
    answers(monkeypatch, "127.0.0.1")
    with receiver(said(), server) as one:
        settings.OUTSIDE_PORTS = [443, one.port]
        assert post(f"https://{HOST}:{one.port}/", b"{}", {}, seconds=5).why == Why.CERTIFICATE, (
            "nobody trusts who signed it"
        )
        monkeypatch.setattr(outside, "tls_context", lambda: client)
        other = f"https://other.quillfeather.example:{one.port}/"
        assert post(other, b"{}", {}, seconds=5).why == Why.CERTIFICATE
        assert one.requests == []
        assert post(f"https://{HOST}:{one.port}/", b"{}", {}, seconds=5).is_taken
    assert len(one.requests) == 1


def test_http_is_only_for_this_machine_even_in_the_demo(inside: None) -> None:
    with pytest.raises(Refused):
        taken("http://hooks.quillfeather.example/")
    assert taken("http://127.0.0.1:8231/a").url == "http://127.0.0.1:8231/a"
