"""The clock of inquiries: the contacts are reminded until they answer. Sending of notices of the
program, whose tasks may run twice: the rows decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_noop as _

from audit.sweeps import ClockSweep
from core import clock
from core.access import Access
from core.jobs import job
from messages_app.models import Thread
from messages_app.selectors.inquiries import open_inquiries
from messages_app.services import broadcasts, notice_sending, notices
from messages_app.states import REPLY

#: Recorded where a person's name would be; marked for translators, stored untranslated.
REASON = _("The automatic check of inquiries")


def _running(latest: dt.date) -> Iterator[tuple[Thread, dt.date]]:
    reply = clock.clock(REPLY)
    for thread in open_inquiries(reply.latest_start(latest)):
        if thread.inquiry_on is not None:
            yield thread, reply.due(thread.inquiry_on)


INQUIRIES = ClockSweep("inquiries", REPLY, REASON, _running, notices.remind, most=50)


@job(REASON)
def sweep_inquiries(access: Access) -> None:
    """Remind of inquiries that wait for an answer."""
    INQUIRIES.run_all()


@shared_task(ignore_result=True)
def send_program_notice(sending_id: str) -> None:
    """Send one version of a notice to the next people."""
    notice_sending.send_notice(sending_id)


@shared_task(ignore_result=True)
def sweep_program_notices() -> None:
    """Continue what is due: scheduled notices, and those whose task was lost."""
    notice_sending.sweep_sendings()


@shared_task(ignore_result=True)
def work_through(broadcast_id: str) -> None:
    """Send a message to many partners, for a bounded time."""
    broadcasts.work_through(broadcast_id)


@shared_task(ignore_result=True)
def sweep_broadcasts() -> None:
    """Send what is due and was not sent."""
    broadcasts.sweep_broadcasts()
