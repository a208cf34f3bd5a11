"""Compares every log line of the whole run with every secret that was made in it.

A test fails if a secret reaches a log: in what was passed to the logger (the first defense:
addresses contain no secrets), and in what a handler would write (the second: the record is
cleaned). Mark a test that shows the second defense with ``logs_a_secret``.
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

_RUN = re.compile(r"[A-Za-z0-9_-]{43,}")


@dataclass
class Watch:
    """The secrets of this run, and where one was found since the last check."""

    minted: set[str] = field(default_factory=set)
    handed_over: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    lines: int = 0

    def holds_secret(self, text: str) -> bool:
        """Whether the text contains a secret of this run, also after a prefix."""
        return any(
            run[start : start + 43] in self.minted
            for run in _RUN.findall(text)
            for start in range(len(run) - 42)
        )

    def look_at(self, record: logging.LogRecord) -> None:
        """Compare one record, before and after it is cleaned."""
        self.lines += 1
        place = f"{record.name} at {record.pathname}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        raw = logging.LogRecord.getMessage(record)
        if error is not None:
            raw += "".join(traceback.format_exception(error))
        if self.holds_secret(raw):
            self.handed_over.append(place)
        if self.holds_secret(logging.Formatter().format(record)):
            self.written.append(place)


@pytest.fixture(scope="session")
def watched_logs() -> Iterator[Watch]:
    """See every record of every logger, whatever handlers it has."""
    watch = Watch()
    make, call = secrets.token_urlsafe, logging.Logger.callHandlers

    def minted(nbytes: int | None = None) -> str:
        secret = make(nbytes)
        if len(secret) == 43:
            watch.minted.add(secret)
        return secret

    def seen(self: logging.Logger, record: logging.LogRecord) -> None:
        watch.look_at(record)
        call(self, record)

    patched = pytest.MonkeyPatch()
    patched.setattr(secrets, "token_urlsafe", minted)
    patched.setattr(logging.Logger, "callHandlers", seen)
    yield watch
    patched.undo()


@pytest.fixture(autouse=True)
def no_secret_is_logged(request: Any, watched_logs: Watch) -> Iterator[None]:
    """Fail the test in which a secret reached a log."""
    yield
    handed_over, written = watched_logs.handed_over[:], watched_logs.written[:]
    watched_logs.handed_over.clear()
    watched_logs.written.clear()
    assert not written, f"a secret was written into a log: {written}"
    if not request.node.get_closest_marker("logs_a_secret"):
        assert not handed_over, f"a secret was handed to a logger: {handed_over}"
