"""What a message to many partners costs, and the statement with which every page counts what is
unread.

`python -m devtools.bench.many`, with the settings of the benchmark. Prints figures as JSON.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import django

from devtools.bench.message_pages import READERS
from devtools.bench.signed_in import SILENT, email_of_staff, read
from devtools.bench.threads import FEW, MANY

PARTNERS = """
    SELECT id FROM security_models_securitymodel m
    WHERE (SELECT count(*) FROM messages_app_thread t WHERE t.security_model_id = m.id) < %s
    ORDER BY id LIMIT 1000
"""
SUBJECT = "New seals for {company}"
BODY = "Dear {contact}, your account {reference} gets new seals. Regards, {specialist}."
#: How often the statement of the header is asked.
TIMES = 30


class Measured:
    """A step: what it returned, its statements, its milliseconds, and those of them in Python."""

    def __init__(self, act: Callable[[], Any]) -> None:
        from django.db import connection

        self.statements = 0
        begun = time.monotonic(), time.process_time()
        with connection.execute_wrapper(self._counted):
            self.result = act()
        self.ms = round((time.monotonic() - begun[0]) * 1000, 1)
        self.processor_ms = round((time.process_time() - begun[1]) * 1000, 1)

    def _counted(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.statements += not asked[0].startswith(SILENT)
        return execute(*asked)


def _sent() -> dict[str, Any]:
    """Preview a message to many, confirm it, and send it in the steps of the worker."""
    # Models can be imported only once Django is set up.
    from core.access import for_user
    from core.ids import new_id
    from core.tenancy import on_behalf_of
    from identity.models import User
    from messages_app.presentation.many_messages import preview_of
    from messages_app.selectors.broadcasts import due_rows
    from messages_app.services import broadcasts

    writer = for_user(User.objects.get(email=email_of_staff("management")))
    ids = [one for (one,) in read(PARTNERS, FEW)]
    chosen = ",".join(map(str, ids))
    with on_behalf_of(writer):
        preview = Measured(lambda: preview_of(writer, chosen).filled(writer, SUBJECT, BODY))
        about: dict[str, Any] = {"subject": SUBJECT, "body": BODY, "partners": ids}
        start = Measured(lambda: broadcasts.send_to_many(actor=writer, form_key=new_id(), **about))
    sent = statements = steps = 0
    ms = processor_ms = 0.0
    while due_rows(start.result.pk):
        step = Measured(lambda: broadcasts.work_through(start.result.pk))
        sent, steps = sent + step.result, steps + 1
        statements += step.statements
        ms, processor_ms = ms + step.ms, processor_ms + step.processor_ms
    return {
        "partners": len(ids),
        "sent": sent,
        "preview": {"statements": preview.statements, "ms": preview.ms},
        "start": {"statements": start.statements, "ms": start.ms},
        "steps": steps,
        "statements": statements,
        "seconds": round(ms / 1000, 1),
        "processor_seconds": round(processor_ms / 1000, 1),
    }


def _unread(threads: int) -> float:
    """The milliseconds in which the header's statement is answered, for an account like this."""
    from core.access import for_user
    from core.tenancy import on_behalf_of
    from identity.models import User
    from portal.unread import unread_of, waiting_of

    reader = for_user(User.objects.get(email=read(READERS, threads)[0][0]))
    times: list[float] = []
    for _turn in range(TIMES):
        with on_behalf_of(reader):
            times.append(Measured(lambda: unread_of(reader, waiting_of(reader))).ms)
    return sorted(times)[TIMES // 2]


def main() -> None:
    """Print the figures."""
    django.setup()
    unread = {"few": _unread(FEW), "many": _unread(MANY)}
    print(json.dumps({"unread_ms": unread, "many": _sent()}))


if __name__ == "__main__":
    main()
