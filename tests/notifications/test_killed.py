"""A worker, the database or the connection dies while an email is handed over (R-11, R12).

The email then arrives once, or twice with the same Message-ID, and never not at all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import OperationalError, connection

from audit.services import PROGRAM
from core import clock
from notifications.models import Outbox, OutboxState
from notifications.providers.kinds import Recipient
from notifications.services import delivery
from notifications.services.delivery import LEASE, deliver, sweep_outbox
from notifications.services.sending import notify
from tests import apart
from tests.notifications.conftest import PostOffice
from tests.superuser import superuser

pytestmark = pytest.mark.django_db(transaction=True)

DELIVER = """
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
from notifications.services import delivery

def die(*_given):
    {die}

delivery.{where} = die
delivery.deliver("{mail}")
"""


def write() -> Outbox:
    """An email that waits."""
    to = [Recipient("ana@example.com", "Ana")]
    (mail,) = notify("user.welcome", scope=PROGRAM, to=to, url="/home")
    return mail


def killed(mail: Outbox, where: str) -> None:
    """A worker takes the email and is killed as it calls that function."""
    about = {"port": settings.EMAIL_PORT, "die": apart.DIE, "where": where, "mail": mail.pk}
    apart.run_until_killed(DELIVER.format(**about))


def after_the_lease() -> int:
    """What the sweep sends once the lease of the dead worker is over."""
    with clock.at(clock.now() + LEASE + dt.timedelta(seconds=1)):
        return sweep_outbox()


@pytest.mark.parametrize(("where", "copies"), [("_send", 1), ("_settle", 2)])
def test_r12_a_worker_killed_before_or_after_the_server_took_an_email_loses_none(
    post: PostOffice, where: str, copies: int
) -> None:
    mail = write()
    killed(mail, where)
    assert len(post.arrived) == copies - 1
    waiting = Outbox.objects.get(pk=mail.pk)
    assert (waiting.state, waiting.attempts) == (OutboxState.PENDING, 1)
    assert sweep_outbox() == 0, "the lease of the dead worker still holds"
    assert after_the_lease() == 1
    assert after_the_lease() == 0
    assert {one["Message-ID"] for one in post.arrived} == {f"<{mail.pk}@localhost>"}
    assert len(post.arrived) == copies
    assert Outbox.objects.get(pk=mail.pk).state == OutboxState.SENT


def test_r12_the_database_away_after_the_server_took_an_email_costs_one_copy(
    post: PostOffice,
) -> None:
    mail, send = write(), delivery._send

    def send_and_lose_the_database(*given: Any) -> Any:
        came = send(*given)
        with superuser() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s", [pid]
            )
        return came

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    lost = mock.patch.object(delivery, "_send", send_and_lose_the_database)
    with lost, pytest.raises(OperationalError):
        deliver(mail.pk)
    connection.close()  # as Celery does after each task
    assert after_the_lease() == 1
    assert [one["Message-ID"] for one in post.arrived] == [f"<{mail.pk}@localhost>"] * 2
    assert Outbox.objects.get(pk=mail.pk).state == OutboxState.SENT


def test_r12_what_waited_for_the_mail_server_is_sent_when_it_is_back(server: Controller) -> None:
    """Without anyone's help, and in the order in which it became due."""
    for _number in range(3):
        write()
    server.stop()
    assert sweep_outbox() == 0
    office = PostOffice()
    back = Controller(office, hostname="127.0.0.1", port=server.port)
    back.start()
    try:
        with clock.at(clock.now() + delivery.AWAY_PAUSE + dt.timedelta(seconds=1)):
            assert sweep_outbox() == 3
    finally:
        back.stop()
    assert len({one["Message-ID"] for one in office.arrived}) == 3
