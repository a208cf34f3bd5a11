"""Every answer and every silence of the daemon: state, next try, and the words shown (U-3).

Only one whole line that says OK for the stream makes a file clean.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core import clock
from files import scanners, services
from files.models import StoredFile
from files.scanners import Outcome
from files.selectors import state_words
from files.services.scans import AWAY_PAUSE, MOST_ATTEMPTS
from files.states import ScanState
from tests.files.clamd import Clamd
from tests.files.conftest import Receive

OK = "stream: OK\n"
FOUND = {
    "stream: Win.Test.EICAR_HDB-1 FOUND\n": "Win.Test.EICAR_HDB-1",
    "stream: PUA.Win.Packer.Upx-1 FOUND\n": "PUA.Win.Packer.Upx-1",
    "stream: YARA.gate_rule.UNOFFICIAL FOUND\n": "YARA.gate_rule.UNOFFICIAL",
    "stream: Heuristics.Phishing.Email.SpoofedDomain FOUND\n": "Heuristics.Phishing",
    "stream: Heuristics.OLE2.ContainsMacros.VBA FOUND\n": "Heuristics.OLE2",
    "stream: a name with spaces OK FOUND\n": "a name with spaces OK",
    f"stream: {'x' * 400} FOUND\n": "x" * 100,
}
UNSCANNABLE = {
    "stream: Heuristics.Encrypted.Zip FOUND\n": "protected with a password",
    "stream: Heuristics.Encrypted.PDF FOUND\n": "protected with a password",
    "stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\n": "too large or too deeply nested",
    "INSTREAM size limit exceeded. ERROR\n": "larger than the scanner accepts",
}
#: Unclear, broken off, or for something else: asked again, and blocked at last.
UNCLEAR = (
    "",
    "\n",
    "\n" + OK,
    "O",
    "stream: O",
    "stream: OK",
    "stream: OK" + "\0",
    "stream: OK\r",
    OK + OK,
    OK + "stream: Win.Test.EICAR_HDB-1 FOUND\n",
    OK + "half of another",
    "stream: OK but not really\n",
    "stream: perhaps OK\n",
    "stream:OK\n",
    "stream:  OK\n",
    "STREAM: OK\n",
    "stream: ok\n",
    "stream OK\n",
    "OK\n",
    "other: OK\n",
    "1: stream: OK\n",
    "2: OK\n",
    "stream: FOUND\n",
    "stream: ERROR\n",
    "stream: Can't allocate memory ERROR\n",
    "COMMAND READ TIMED OUT\n",
    "Error condition on fd 9. ERROR\n",
    "UNKNOWN COMMAND\n",
    "PONG\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "\xff\xfe\x00garbage\n",
    "stream: \xff\xfe FOUND\n",
    "x" * 10_000,
    "x" * 10_000 + "\n" + OK,
    "close",
    "close early",
    "reset",
    "stall",
    "stall:stream: OK",
)


@pytest.fixture
def waiting(receive: Receive, clamd: Clamd, settings: Any) -> StoredFile:
    """A file that waits for its check; the daemon has half a second to answer."""
    settings.CLAMAV_TIMEOUT = 0.5
    return receive("gate.txt", b"gate " * 100_000)


def test_u3_an_answer_before_the_whole_file_was_sent_is_none(
    receive: Receive, clamd: Clamd
) -> None:
    # Too large for what a connection holds: the rest is not sent when the answer comes.
    waiting = receive("gate.txt", b"gate " * 4_000_000)
    outcome, file = _checked(waiting, clamd, "answer early")
    assert outcome in {Outcome.NO_ANSWER, Outcome.DOWN} and not file.is_clean


def _checked(file: StoredFile, clamd: Clamd, answer: str) -> tuple[Outcome | None, StoredFile]:
    # Nothing at all is a literal answer here, not the script's own search.
    clamd.answer = answer or "close"
    outcome = services.scan(file.pk)
    return outcome, StoredFile.objects.get(pk=file.pk)


def test_u3_a_whole_ok_for_the_stream_is_clean(waiting: StoredFile, clamd: Clamd) -> None:
    outcome, file = _checked(waiting, clamd, OK)
    assert (outcome, file.is_clean) == (Outcome.CLEAN, True)
    assert state_words(file) == "Checked by: ClamAV."


def test_u3_a_whole_ok_counts_if_the_connection_stays_open(
    waiting: StoredFile, clamd: Clamd
) -> None:
    assert _checked(waiting, clamd, f"stall:{OK}")[0] is Outcome.CLEAN


@pytest.mark.parametrize("answer", FOUND)
def test_u3_whatever_is_found_blocks_the_file_by_its_name(
    answer: str, waiting: StoredFile, clamd: Clamd
) -> None:
    outcome, file = _checked(waiting, clamd, answer)
    assert (outcome, file.state) == (Outcome.INFECTED, ScanState.INFECTED)
    assert file.next_scan_at is None
    assert FOUND[answer] in state_words(file)
    assert "Malware was found" in state_words(file)


@pytest.mark.parametrize("answer", UNSCANNABLE)
def test_u3_what_the_daemon_cannot_look_into_is_blocked_and_says_why(
    answer: str, waiting: StoredFile, clamd: Clamd
) -> None:
    outcome, file = _checked(waiting, clamd, answer)
    assert (outcome, file.state) == (Outcome.UNSCANNABLE, ScanState.UNSCANNABLE)
    assert file.next_scan_at is None
    assert UNSCANNABLE[answer] in state_words(file)
    assert "Upload it in another format" in state_words(file)


@pytest.mark.parametrize("answer", UNCLEAR, ids=lambda one: ascii(one)[:40])
def test_u3_every_unclear_answer_keeps_the_file_in_quarantine_and_is_tried_again(
    answer: str, waiting: StoredFile, clamd: Clamd
) -> None:
    now = clock.now()
    with clock.at(now):
        outcome, file = _checked(waiting, clamd, answer)
    assert outcome in {Outcome.NO_ANSWER, Outcome.UNSCANNABLE}
    assert not file.is_clean
    assert (file.state, file.scan_attempts) == (ScanState.QUARANTINED, 1)
    assert file.next_scan_at is not None
    assert now < file.next_scan_at <= now + dt.timedelta(minutes=1)
    assert "We are checking this file" in state_words(file)
    assert "ClamAV" in file.state_reason


def test_u3_after_an_unclear_answer_the_next_one_counts(waiting: StoredFile, clamd: Clamd) -> None:
    _outcome, file = _checked(waiting, clamd, "stream: OK")
    assert file.next_scan_at is not None
    with clock.at(file.next_scan_at):
        outcome, file = _checked(waiting, clamd, OK)
    assert (outcome, file.is_clean, file.state_reason) == (Outcome.CLEAN, True, "")


def test_u3_the_last_unclear_answer_blocks_the_file_in_words(
    waiting: StoredFile, clamd: Clamd
) -> None:
    StoredFile.objects.filter(pk=waiting.pk).update(scan_attempts=MOST_ATTEMPTS - 1)
    _outcome, file = _checked(waiting, clamd, "stream: OK")
    assert (file.state, file.next_scan_at) == (ScanState.UNSCANNABLE, None)
    assert "an answer that the portal does not understand" in state_words(file)


@pytest.mark.parametrize(
    "pong", [b"", b"PON", b"PONG", b"pong\n", b"PONG\nPONG\n", b"\xff\n", b"OK\n", b"x" * 9_000]
)
def test_u3_a_daemon_that_does_not_say_pong_is_away_and_no_attempt_counts(
    pong: bytes, waiting: StoredFile, clamd: Clamd
) -> None:
    clamd.pong = pong
    now = clock.now()
    with clock.at(now):
        outcome, file = _checked(waiting, clamd, OK)
    assert outcome is Outcome.DOWN
    assert (file.state, file.scan_attempts) == (ScanState.QUARANTINED, 0)
    assert file.next_scan_at == now + AWAY_PAUSE
    assert clamd.seen == []


def test_u3_a_refused_connection_is_away(waiting: StoredFile, clamd: Clamd) -> None:
    clamd.stop()
    outcome, file = _checked(waiting, clamd, OK)
    assert (outcome, file.state) == (Outcome.DOWN, ScanState.QUARANTINED)


def test_u3_words_of_the_daemon_are_never_longer_than_their_field(
    waiting: StoredFile, clamd: Clamd
) -> None:
    _outcome, file = _checked(waiting, clamd, "y" * 4_000 + "\n")
    assert len(file.state_reason) <= 200
    assert scanners.LONGEST_ANSWER < 10_000
