"""What the outside answers, without a connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine

from core import outside
from core.outside import Answer
from tests.factories.trade import make_account
from trade_accounts.models import TradeAccount


@dataclass
class Outside:
    """Says the next answer (the last one for ever), and keeps what was sent."""

    answers: list[Answer] = field(default_factory=lambda: [Answer(200)])
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
        """In the place of ``core.outside.post``."""
        self.sent.append((url, body, dict(headers)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Outside:
    found = Outside()
    monkeypatch.setattr(outside, "post", found.post)
    return found


@pytest.fixture
def account() -> TradeAccount:
    return make_account()


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands until it is moved."""
    with time_machine.travel("2027-03-02T15:00:00+00:00", tick=False) as traveller:
        yield traveller
