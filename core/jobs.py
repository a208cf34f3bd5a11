"""The shape of a Celery task: it takes ids, calls one service in one transaction, and acts as the
system.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from celery import current_app, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core import away, tenancy
from core.access import Access, system

log = logging.getLogger(__name__)

#: The errors of a broker that is gone or hangs.
FAILURES = (OperationalError, RedisError, OSError)


def job(reason: str, **options: Any) -> Callable[[Callable[..., None]], Any]:
    """Declare a Celery task that works as the system, for ``reason``.

    The function gets the access as its first argument. It must be idempotent by the state of the
    rows that it changes, because a task may run twice.
    """

    def decorate(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(*args: Any) -> None:
            access: Access = system(reason)
            with tenancy.on_behalf_of(access):
                function(access, *args)

        return shared_task(**options)(run)

    return decorate


def enqueue(task: str, *args: Any) -> None:
    """Send a task, by name, after the commit; the row itself stays as a reminder.

    A sweep finds rows whose task never came, so a lost broker costs time but no work (R-11).
    """
    arguments = [str(argument) for argument in args]

    def send() -> None:
        try:
            with away.service(current_app.conf.broker_url).attempt(*FAILURES):
                current_app.send_task(task, args=arguments, retry=False, ignore_result=True)
        except away.StillAway:
            return
        except FAILURES:
            log.warning("broker unreachable, %s waits for its sweep", task)

    transaction.on_commit(send, robust=True)
