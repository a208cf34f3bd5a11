"""From the outbox to a real mail server: once if possible, twice if necessary, never lost."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
import uuid
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction

from audit.selectors import newest_sweep
from audit.services import PROGRAM, model_scope
from core import clock
from core.ids import new_id
from core.mailboxes import canonical_address
from notifications.models import Notification, Outbox, OutboxState
from notifications.providers.kinds import Recipient
from notifications.selectors import dead_mail, due_mail, outbox_lag
from notifications.services import delivery
from notifications.services.delivery import MAX_ATTEMPTS, Delivery, deliver, sweep_outbox
from notifications.services.sending import notify
from tests import apart
from tests.factories.people import UserFactory
from tests.notifications.conftest import PostOffice

ANNA = Recipient("anna@example.com", "Anna Müller-Ortiz")


def _write(to: Recipient = ANNA, **more: Any) -> Outbox:
    about = {
        "account": "Thistlewick, A-7K2M9Q",
        "file_name": "gate.pdf",
        "infected": True,
        "uploaded_on": "Nov 21, 2026",
    }
    (mail,) = notify("document.blocked", scope=PROGRAM, to=[to], **{**about, **more})
    return mail


def _again(mail: Outbox) -> Outbox:
    return Outbox.objects.get(pk=mail.pk)


def test_a_mail_arrives_as_text_and_as_a_page(db: None, post: PostOffice) -> None:
    mail = _write(url="/there")
    assert deliver(mail.pk) is Delivery.SENT
    got = post.only()
    assert got["Subject"] == "Thistlewick, A-7K2M9Q: a file could not be accepted"
    assert got["To"] == "Anna Müller-Ortiz <anna@example.com>"
    assert got["Auto-Submitted"] == "auto-generated"
    text, page = (part.get_content() for part in got.iter_parts())
    assert "Dear Anna Müller-Ortiz," in text and "“gate.pdf”" in text
    assert "http://localhost:8000/there" in text
    assert "<p>" in page and 'href="http://localhost:8000/there"' in page
    assert post.envelopes[0][1] == ["anna@example.com"]
    sent = _again(mail)
    assert (sent.state, sent.attempts) == (OutboxState.SENT, 1)
    assert sent.sent_at is not None


def test_a1_an_international_domain_is_written_to_and_no_other(
    db: None, post: PostOffice, settings: Any
) -> None:
    """Also the sender's domain, and one that bypassed the forms: Django would write ss for ß."""
    settings.DEFAULT_FROM_EMAIL = "Zoll & Söhne <portal@straße-zoll.example>"
    canonical = _write(Recipient(canonical_address("ana@straße-handel.example"), "Ana"))
    as_typed = _write(Recipient("ana@straße-handel.example", "Ana"))
    for mail in (canonical, as_typed):
        assert deliver(mail.pk) is Delivery.SENT
    sent = ("portal@xn--strae-zoll-83a.example", ["ana@xn--strae-handel-o9a.example"])
    assert post.envelopes == [sent, sent]
    for got in post.arrived:
        assert got["To"] == "Ana <ana@xn--strae-handel-o9a.example>"
        assert got["From"].addresses[0].addr_spec == "portal@xn--strae-zoll-83a.example"


def test_a1_a_domain_that_does_not_exist_is_given_up(db: None, post: PostOffice) -> None:
    assert deliver(_write(Recipient("ana@☃.example", "Ana")).pk) is Delivery.DEAD
    assert post.arrived == []


def test_the_message_id_stays_the_same_however_often_a_mail_is_sent(
    db: None, post: PostOffice
) -> None:
    mail = _write()
    deliver(mail.pk)
    Outbox.objects.update(state=OutboxState.PENDING, next_attempt_at=clock.now())
    deliver(mail.pk)
    first, second = post.arrived
    assert first["Message-ID"] == second["Message-ID"] == f"<{mail.pk}@localhost>"
    assert first["Date"] == second["Date"]


def test_r5_a_second_task_for_the_same_mail_sends_nothing(db: None, post: PostOffice) -> None:
    mail = _write()
    assert deliver(mail.pk) is Delivery.SENT
    assert deliver(mail.pk) is None
    assert deliver(new_id()) is None
    assert len(post.arrived) == 1


@pytest.mark.django_db(transaction=True)
def test_r5_two_workers_at_once_send_a_mail_once(post: PostOffice) -> None:
    mail = _write()

    def work() -> None:
        try:
            deliver(mail.pk)
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(post.arrived) == 1


def test_r12_a_server_that_is_away_is_waited_for(db: None, server: Controller) -> None:
    mail = _write()
    server.stop()
    start = clock.now()
    for minutes in range(0, 40, 2):
        with clock.at(start + dt.timedelta(minutes=minutes)):
            assert deliver(mail.pk) is Delivery.AWAY
    waiting = _again(mail)
    assert (waiting.state, waiting.attempts) == (OutboxState.PENDING, 0)
    assert waiting.last_error
    with clock.at(start + dt.timedelta(minutes=41)):
        assert outbox_lag() > dt.timedelta(minutes=40)


def test_a5_a_server_that_is_silent_is_away_and_nothing_is_counted_against_the_mail(
    db: None, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.2
        first, second = _write(), _write(Recipient("ben@example.com"))
        assert sweep_outbox() == 0
    tried = [mail for mail in (_again(first), _again(second)) if mail.last_error]
    assert len(tried) == 1
    assert (tried[0].state, tried[0].attempts) == (OutboxState.PENDING, 0)


def test_r12_a_passing_refusal_is_retried_later_and_later_and_then_given_up(
    db: None, post: PostOffice
) -> None:
    post.answers["anna@example.com"] = "451 try again later"
    mail, now, pauses = _write(), clock.now(), []
    for _attempt in range(MAX_ATTEMPTS - 1):
        with clock.at(now):
            assert deliver(mail.pk) is Delivery.LATER
            assert deliver(mail.pk) is None
        pauses.append(_again(mail).next_attempt_at - now)
        now = _again(mail).next_attempt_at
    assert pauses[0] <= dt.timedelta(minutes=1) and pauses[-1] >= dt.timedelta(minutes=45)
    with clock.at(now):
        assert deliver(mail.pk) is Delivery.DEAD
        assert dead_mail(dt.timedelta(days=1)) == 1
    assert _again(mail).state == OutboxState.DEAD
    assert "451" in _again(mail).last_error


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_r12_a_refusal_for_good_is_a_dead_letter_at_once(
    db: None, post: PostOffice, where: str
) -> None:
    if where == "recipient":
        post.answers["anna@example.com"] = "550 no such user"
    else:
        post.data_answer = "554 not here"
    mail = _write()
    assert deliver(mail.pk) is Delivery.DEAD
    assert _again(mail).state == OutboxState.DEAD
    assert due_mail() == []


def test_one_dead_letter_does_not_hold_up_the_others(db: None, post: PostOffice) -> None:
    post.answers["anna@example.com"] = "550 no such user"
    _write()
    _write(Recipient("ben@example.com"))
    assert sweep_outbox() == 1
    assert post.only()["To"] == "ben@example.com"


def test_an_address_that_no_server_would_take_is_a_dead_letter(db: None, post: PostOffice) -> None:
    mail = _write(Recipient("nobody at all"))
    assert deliver(mail.pk) is Delivery.DEAD
    assert post.arrived == []


def test_r5_a_mail_that_kills_its_worker_ends_as_a_dead_letter(db: None, post: PostOffice) -> None:
    mail = _write()
    Outbox.objects.update(attempts=MAX_ATTEMPTS)
    assert deliver(mail.pk) is None
    assert _again(mail).state == OutboxState.DEAD


def test_r6_a_mail_whose_worker_died_is_sent_by_the_sweep_after_the_lease(
    db: None, post: PostOffice
) -> None:
    mail = _write()
    assert delivery.LEASES.claim(mail.pk, gives_up=delivery._gives_up) is not None
    assert sweep_outbox() == 0
    with clock.at(clock.now() + dt.timedelta(minutes=3)):
        assert sweep_outbox() == 1


def test_r12_the_sweep_asks_a_server_that_is_away_only_once(db: None, server: Controller) -> None:
    for number in range(4):
        _write(Recipient(f"p{number}@example.com"))
    server.stop()
    assert sweep_outbox() == 0
    assert len(due_mail()) == 3


def test_the_sweep_leaves_a_trace_of_what_it_did(db: None, post: PostOffice) -> None:
    _write()
    sweep_outbox()
    sweep_outbox()
    run = newest_sweep("outbox")
    assert run is not None and run.finished_at is not None
    assert run.done == {"mails": 1}


@pytest.mark.parametrize(
    "nasty",
    [
        "Anna\r\nBcc: spy@example.com",
        'Anna" <spy@example.com>, "x',
        "Anna <spy@example.com>",
        "Anna, spy@example.com",
        "=?utf-8?q?Anna?=",
        "Ünï, Çødé;",
    ],
)
def test_a_name_cannot_add_headers_or_recipients(db: None, post: PostOffice, nasty: str) -> None:
    mail = _write(Recipient("anna@example.com", nasty))
    assert deliver(mail.pk) is Delivery.SENT
    got = post.only()
    assert got["Bcc"] is None
    assert [one.addr_spec for one in got["To"].addresses] == ["anna@example.com"]
    assert post.envelopes[0][1] == ["anna@example.com"]


@pytest.mark.parametrize(
    "nasty", ["Acme\r\nBcc: spy@example.com", "Acme\nX: y", "Acme\x0bX: y", "Acme\u2028Bcc: s"]
)
def test_an_account_name_cannot_add_headers(db: None, post: PostOffice, nasty: str) -> None:
    mail = _write(account=nasty)
    assert deliver(mail.pk) is Delivery.SENT
    assert post.only()["Bcc"] is None and post.only()["X"] is None
    assert "\n" not in post.only()["Subject"]
    assert post.only()["Subject"].startswith("Acme")


def test_what_people_typed_is_text_in_the_page_of_a_mail(db: None, post: PostOffice) -> None:
    deliver(_write(file_name="<img src=x onerror=alert(1)>.pdf").pk)
    text, page = (part.get_content() for part in post.only().iter_parts())
    assert "<img src=x" in text
    assert "<img" not in page and "&lt;img" in page


def test_a_once_key_sends_once_for_each_address(db: None, post: PostOffice) -> None:
    key = "reminder:" + "x" * 200
    first = notify_blocked([ANNA, Recipient("ben@example.com")], key)
    again = notify_blocked([ANNA, Recipient("BEN@example.com")], key)
    other = notify_blocked([ANNA], key + "y")
    assert (len(first), len(again), len(other)) == (2, 0, 1)


def notify_blocked(to: list[Recipient], once_key: str = "") -> list[Outbox]:
    """Write the same email to several people."""
    return notify(
        "document.blocked",
        scope=PROGRAM,
        to=to,
        once_key=once_key,
        account="A",
        file_name="f",
        infected=False,
        uploaded_on="today",
    )


@pytest.mark.django_db(transaction=True)
def test_a_once_key_holds_between_two_transactions_at_once() -> None:
    found: list[int] = []

    def work() -> None:
        try:
            with transaction.atomic():
                found.append(len(notify_blocked([ANNA], "the same")))
                time.sleep(0.3)
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(found) == [0, 1]
    assert Outbox.objects.count() == 1


def test_nobody_is_told_twice_and_only_people_with_a_sign_in_get_a_notice(db: None) -> None:
    user = UserFactory.create()
    person = Recipient(user.email, user.name, user.pk)
    written = notify_blocked([person, Recipient(user.email.upper()), Recipient("x@example.com")])
    assert len(written) == 2
    notice = Notification.objects.get()
    assert (notice.user_id, notice.read_at) == (user.pk, None)


def test_a_mail_is_written_with_the_act_or_not_at_all(db: None) -> None:
    with transaction.atomic():
        _write()
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()


def test_the_owner_of_a_mail_is_the_scope_of_the_act(db: None) -> None:
    model_id = uuid.uuid4()
    (mail,) = notify(
        "document.blocked",
        scope=model_scope(model_id),
        to=[ANNA],
        account="A",
        file_name="f",
        infected=False,
        uploaded_on="today",
    )
    assert (mail.scope_kind, mail.scope_id) == ("security_model", model_id)


WRITE = """
import json
from celery import current_app
from django.db import transaction
from audit.services import PROGRAM
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
import portal.celery
about = dict(account="A", file_name="f", infected=False, uploaded_on="today")
asked, send = [], current_app.send_task
current_app.send_task = lambda *args, **more: asked.append(args) or send(*args, **more)
with transaction.atomic():
    for n in range(20):
        notify("document.blocked", scope=PROGRAM, to=[Recipient(f"p{n}@example.com")], **about)
print(json.dumps(len(asked)))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey"])
def test_r11_with_the_broker_away_an_act_waits_for_it_once_and_the_sweep_sends(
    post: PostOffice, broker: str
) -> None:
    assert apart.run(WRITE, CELERY_BROKER_URL=broker) == 1
    assert Outbox.objects.filter(state=OutboxState.PENDING).count() == 20
    assert sweep_outbox() == 20
    assert len(post.arrived) == 20


def test_a_link_that_lets_somebody_in_is_forgotten_once_it_was_sent(
    db: None, post: PostOffice
) -> None:
    person = [Recipient("somebody@example.com")]
    url = "/register/confirm/the-secret-of-the-link"
    (mail,) = notify("user.confirm_address", scope=PROGRAM, to=person, url=url)
    assert "the-secret-of-the-link" in Outbox.objects.get(pk=mail.pk).text
    assert deliver(mail.pk) is Delivery.SENT
    kept = Outbox.objects.get(pk=mail.pk)
    assert "the-secret-of-the-link" not in kept.text + kept.html
