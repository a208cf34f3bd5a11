"""The clock of authenticator apps stands still while a test runs.

A code is valid for half a minute. A test that asks for a code twice would else ask, once in a
while, on both sides of a half minute, and a slow machine would do so often.
"""

from __future__ import annotations

import dataclasses
import time

import pytest
from django_otp import oath
from django_otp.plugins.otp_totp import models

#: A test that travels goes further than this; none runs as long.
LONGEST_TEST_SECONDS = 3600


@dataclasses.dataclass
class StoppedClock:
    """The clock of the authenticator apps and of the server that compares their codes."""

    #: When the test began, in seconds since 1970.
    began: float = 0.0

    def time(self) -> float:
        """The moment at which the test began; the moment traveled to, if it has traveled."""
        now = time.time()
        return self.began if abs(now - self.began) < LONGEST_TEST_SECONDS else now

    def pass_half_a_minute(self) -> None:
        """Let every app show its next code."""
        self.began += 30


authenticator_clock = StoppedClock()


@pytest.fixture(autouse=True)
def stopped_authenticator_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are the same from the first line of a test to its last."""
    authenticator_clock.began = time.time()
    monkeypatch.setattr(models, "time", authenticator_clock)
    monkeypatch.setattr(oath, "time", authenticator_clock.time)
