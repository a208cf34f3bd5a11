"""Remembers that a service does not answer, so that only one request in a while waits for it.

A service that hangs (accepts a connection and never answers) costs a whole timeout each time it is
called. After the first failure nobody in this process calls it for ``SECONDS``. Then one caller
tries, and the others continue without it until it has answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: How many seconds a failed service is not called.
SECONDS = 30.0


class StillAway(ConnectionError):
    """The service failed a moment ago and is not called now."""


class Away:
    """What this process knows about one service."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._until = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """Call the service, unless it is known not to answer: StillAway. One of ``failures`` marks
        it as such.
        """
        with self._lock:
            if time.monotonic() < self._until:
                raise StillAway(self.name)
            if self._until:
                # Time to try again: this caller does, and the others do not wait.
                self._until = time.monotonic() + SECONDS
        try:
            yield
        except failures:
            self._until = time.monotonic() + SECONDS
            raise
        self._until = 0.0


_services: dict[str, Away] = {}


def service(name: str) -> Away:
    """What is known about the service with that name or address."""
    return _services.setdefault(name, Away(name))


def forget() -> None:
    """Forget what is known about all services, as after a start."""
    _services.clear()
