"""A real Celery worker next to the live server, and the emails that it has sent."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import signals
from celery.contrib.testing.worker import start_worker
from django.core import mail
from django.core.mail import EmailMessage

from core import clock
from notifications.models import Outbox, OutboxState
from portal.celery import app
from tests.factories.kept import with_a_worker
from tests.patience import PATIENCE

#: This many checks in a row must find nothing left.
QUIET = 4


def _leave_logging_alone(**kwargs: Any) -> None:
    """With a receiver on the signal, Celery does not configure logging."""


def forget() -> None:
    """Drop what earlier tests have sent: its rows no longer exist."""
    app.control.purge()


@contextmanager
def running() -> Iterator[Worker]:
    """A worker in a thread of this process."""
    signals.setup_logging.connect(_leave_logging_alone)
    try:
        with (
            with_a_worker(),
            start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30),
        ):
            yield Worker()
    finally:
        signals.setup_logging.disconnect(_leave_logging_alone)


class Worker:
    """What tests ask of the worker."""

    def settle(self) -> None:
        """Wait until everything that was sent to the worker is done."""
        until, quiet = time.monotonic() + PATIENCE, 0
        # Between leaving the queue and being in "unacked", a task is in neither for a moment.
        while quiet < QUIET:
            assert time.monotonic() < until, "the worker does not come to an end"
            time.sleep(0.02)
            quiet = 0 if self._left() else quiet + 1

    @staticmethod
    def _left() -> int:
        with app.connection_for_read() as connection:
            client = connection.channel().client  # type: ignore[attr-defined]
            # Tasks are acknowledged late; until then they are in "unacked".
            waiting = [client.llen(queue.name) for queue in app.conf.task_queues]
            sent = sum(map(int, waiting)) + int(client.hlen("unacked"))
        due = Outbox.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=clock.now())
        return sent + due.count()


class Mailbox:
    """The emails that left the outbox, as people receive them."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def to(self, address: str) -> list[EmailMessage]:
        """All emails to an address, oldest first."""
        self.worker.settle()
        return [one for one in mail.outbox if any(address in to for to in one.to)]

    def subjects(self, address: str) -> list[str]:
        """Their subjects."""
        return [str(one.subject) for one in self.to(address)]

    def link(self, address: str, part: str) -> str:
        """The path of the newest link to ``address`` that contains ``part``."""
        for one in reversed(self.to(address)):
            found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", str(one.body))
            if found:
                return found[1]
        raise AssertionError(f"no email to {address} has a link with {part}")
