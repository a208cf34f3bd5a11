"""Remembering that a service does not answer, so that only one request in a while waits for it.

A service that hangs (takes a connection and never answers) costs a whole time-out each time it is
asked. After the first failure nobody in this process asks again for ``SECONDS``; then one asks and
the others go on without until it has answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: For so long a service that has failed is not asked again.
SECONDS = 30.0


class StillAway(ConnectionError):
    """The service failed a moment ago and is not asked now."""


class Away:
    """What this process knows of one service."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._until = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """Ask the service, unless it is away: StillAway. One of ``failures`` says that it is."""
        with self._lock:
            if time.monotonic() < self._until:
                raise StillAway(self.name)
            if self._until:
                # Time to look again: this one does, the others do not wait with it.
                self._until = time.monotonic() + SECONDS
        try:
            yield
        except failures:
            self._until = time.monotonic() + SECONDS
            raise
        self._until = 0.0


_services: dict[str, Away] = {}


def service(name: str) -> Away:
    """What is known of the service of that name or address."""
    return _services.setdefault(name, Away(name))


def forget() -> None:
    """Know nothing of any service, as after a start."""
    _services.clear()
