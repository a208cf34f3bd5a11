"""Scanners fail closed: only a plain OK for these bytes is clean (U-3)."""

from __future__ import annotations

import io
import random
import socket
from typing import Any

import pikepdf
import pytest

from files import scanners
from files.scanners import BuiltInCheck, ClamAv, Outcome
from tests.files import corpus
from tests.files.clamd import Clamd

LARGE = random.Random(7).randbytes(2_000_000)


def _ask(content: bytes = b"plain") -> tuple[Outcome, str]:
    verdict = ClamAv().scan(io.BytesIO(content))
    return verdict.outcome, verdict.why


def test_u3_clean_bytes_are_clean_and_all_of_them_were_sent(clamd: Clamd) -> None:
    assert _ask(LARGE) == (Outcome.CLEAN, "")
    assert clamd.seen == [LARGE]


def test_u3_the_test_file_is_found_by_its_name(clamd: Clamd) -> None:
    assert _ask(corpus.eicar_text()) == (Outcome.INFECTED, "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("stream: Heuristics.Encrypted.Zip FOUND\n", Outcome.UNSCANNABLE),
        ("stream: Heuristics.Encrypted.PDF FOUND\n", Outcome.UNSCANNABLE),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n", Outcome.UNSCANNABLE),
        ("stream: Js.Trojan.Agent-1 FOUND\n", Outcome.INFECTED),
        ("INSTREAM size limit exceeded. ERROR\n", Outcome.UNSCANNABLE),
        ("stream: Can't allocate memory ERROR\n", Outcome.NO_ANSWER),
        ("stream: ERROR\n", Outcome.NO_ANSWER),
        ("stream: FOUND\n", Outcome.NO_ANSWER),
        ("stream: perhaps OK\n", Outcome.NO_ANSWER),
        ("other: OK\n", Outcome.NO_ANSWER),
        ("OK\n", Outcome.NO_ANSWER),
        ("stream: ok\n", Outcome.NO_ANSWER),
        ("HTTP/1.1 200 OK\n", Outcome.NO_ANSWER),
        ("\n", Outcome.NO_ANSWER),
        ("\xff\xfe\x00garbage\n", Outcome.NO_ANSWER),
        ("UNKNOWN COMMAND\n", Outcome.NO_ANSWER),
        ("close", Outcome.NO_ANSWER),
        ("close early", Outcome.NO_ANSWER),
        ("stall", Outcome.NO_ANSWER),
    ],
)
def test_u3_every_other_answer_is_not_clean(
    clamd: Clamd, settings: Any, answer: str, outcome: Outcome
) -> None:
    clamd.answer = answer
    if answer == "stall":
        settings.CLAMAV_TIMEOUT = 0.5
    found, why = _ask(LARGE)
    assert found is outcome
    assert why


def test_u3_a_daemon_with_a_smaller_limit_does_not_pass_what_it_did_not_see(
    clamd: Clamd,
) -> None:
    clamd.limit = 100_000
    outcome, _why = _ask(LARGE)
    assert outcome in {Outcome.UNSCANNABLE, Outcome.NO_ANSWER}


def test_u3_a_daemon_that_is_away_is_down(clamd: Clamd) -> None:
    clamd.stop()
    assert _ask()[0] is Outcome.DOWN


def test_a5_a_daemon_that_is_silent_is_down_after_a_moment_whatever_a_file_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanners, "PING_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        scanner = ClamAv(host, port, timeout=600)
        assert scanner.scan(io.BytesIO(b"gate")).outcome is Outcome.DOWN


def test_u3_a_server_that_is_no_daemon_is_down(clamd: Clamd) -> None:
    clamd.pong = b"220 mail.example ESMTP\n"
    assert _ask()[0] is Outcome.DOWN


def _built_in(content: bytes) -> Outcome:
    return BuiltInCheck().scan(io.BytesIO(content)).outcome


def test_the_built_in_check_says_that_it_is_no_virus_scanner() -> None:
    assert "not a virus scanner" in str(BuiltInCheck.label)
    assert BuiltInCheck.is_demo and not ClamAv.is_demo


@pytest.mark.parametrize("name", corpus.good())
def test_the_built_in_check_passes_good_files(name: str) -> None:
    assert _built_in(corpus.good()[name]) is Outcome.CLEAN


def test_the_built_in_check_finds_the_test_file_also_inside_an_office_file() -> None:
    assert _built_in(corpus.eicar_text()) is Outcome.INFECTED
    hidden = corpus.rezip(corpus.word(), {"word/media/x.txt": corpus.eicar_text() * 3})
    assert _built_in(hidden) is Outcome.INFECTED


@pytest.mark.parametrize(
    "content",
    [
        corpus.pdf(encryption=pikepdf.Encryption(owner="secret", user="")),
        corpus.pdf(encryption=pikepdf.Encryption(owner="secret", user="secret")),
        corpus.rezip(corpus.word(), {"word/vbaProject.bin": b"x"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        corpus.word()[:-60],
    ],
    ids=["owner password", "password", "macros", "old office", "damaged"],
)
def test_the_built_in_check_refuses_what_nobody_can_look_into(content: bytes) -> None:
    assert _built_in(content) is Outcome.UNSCANNABLE
