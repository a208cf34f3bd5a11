"""Who is told when emails to an address come back, and when they arrive again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.providers import Provider


@dataclass(frozen=True)
class Failing:
    """The state of an address: since when emails come back (None if they arrive), whether emails to
    it have stopped, and whether others must be told now.
    """

    address: str
    since: dt.datetime | None = None
    stopped: bool = False
    is_news: bool = False


#: Called in the transaction in which an email came back, or in which emails arrive again.
address_failing: Provider[[Failing], None] = Provider("address_failing")
