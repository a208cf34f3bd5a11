"""Bounces, complaints and answers: what counts, what stops, and who gets an automatic reply."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError

from audit.services import PROGRAM
from core import clock
from notifications.facts import incoming_mail
from notifications.facts.refusals import kind_of_reply, kind_of_status
from notifications.management.commands import receive_mail
from notifications.models import FailingAddress, Outbox, OutboxState
from notifications.providers.kinds import Recipient
from notifications.services import delivery
from notifications.services.delivery import Delivery, deliver
from notifications.services.incoming_mail import Received, receive
from notifications.services.returned_mail import let_try_again, sweep_arrived
from notifications.services.sending import notify
from notifications.states import ReturnKind
from tests.notifications.conftest import PostOffice
from tests.notifications.incoming import answer, bounce, complaint, sent

pytestmark = pytest.mark.django_db
ANA = "ana@example.com"


def write(to: str = ANA, code: str = "user.welcome", **context: Any) -> Outbox:
    """An email that waits."""
    (mail,) = notify(code, scope=PROGRAM, to=[Recipient(to, "Ana")], url="/there", **context)
    return mail


def failing(address: str = ANA) -> FailingAddress:
    """What is known of the address."""
    return FailingAddress.objects.get(address=address)


# --- what counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("headers_only", [False, True])
def test_m_a_bounce_of_an_email_that_we_sent_is_recorded_once(headers_only: bool) -> None:
    mail = sent(write())
    came = bounce(mail, headers_only=headers_only)
    assert [receive(came), receive(came)] == [Received.RETURNED, Received.LEFT]
    state = failing()
    assert (state.kind, state.hard_in_row, state.stopped_at) == (ReturnKind.HARD, 1, None)
    assert state.words == "550 5.1.1 No such user here"


def test_m_a_bounce_that_is_faster_than_our_own_note_of_sending_is_recorded(
    post: PostOffice, monkeypatch: Any
) -> None:
    mail = write()
    came: list[Received] = []

    def sent_and_back(*_args: Any) -> tuple[Delivery, Any]:
        came.append(receive(bounce(mail)))
        return Delivery.SENT, delivery.NO_REFUSAL

    monkeypatch.setattr(delivery, "_send", sent_and_back)
    assert deliver(mail.pk) is Delivery.SENT
    mail.refresh_from_db()
    assert came == [Received.RETURNED] and mail.came_back_at is not None
    assert failing().hard_in_row == 1
    assert receive(bounce(mail)) is Received.LEFT


def test_m_emails_stop_after_the_third_refusal_for_good(post: PostOffice) -> None:
    for number in range(1, 4):
        receive(bounce(sent(write())))
        assert (failing().stopped_at is not None) == (number == 3)
    stopped = write(code="user.password_changed", at=clock.now(), ip="")
    assert deliver(stopped.pk) is Delivery.STOPPED
    stopped.refresh_from_db()
    assert stopped.state == OutboxState.STOPPED
    other = write("ben@example.com")
    assert deliver(other.pk) is Delivery.SENT
    assert [one["To"].addresses[0].addr_spec for one in post.arrived] == ["ben@example.com"]


def test_m_one_complaint_stops_emails_also_if_the_address_is_hidden() -> None:
    receive(complaint(sent(write())))
    assert (failing().kind, failing().stopped_at is not None) == (ReturnKind.COMPLAINT, True)


def test_m_a_complaint_that_names_another_address_does_not_count() -> None:
    assert receive(complaint(sent(write()), to="ben@example.com")) is Received.LEFT
    assert receive(complaint(sent(write()), kind="not-spam")) is Received.LEFT
    assert not FailingAddress.objects.exists()


def test_m_a_link_that_someone_waits_for_is_tried_although_emails_have_stopped(
    post: PostOffice,
) -> None:
    receive(complaint(sent(write())))
    assert deliver(write(code="user.password_reset_link").pk) is Delivery.SENT
    assert len(post.arrived) == 1


def test_m_a_full_mailbox_never_stops_emails() -> None:
    for _number in range(5):
        receive(bounce(sent(write()), status="5.2.2"))
    assert (failing().kind, failing().hard_in_row, failing().stopped_at) == ("soft", 0, None)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_m_what_is_late_or_has_arrived_says_nothing(action: str) -> None:
    assert receive(bounce(sent(write()), action=action)) is Received.LEFT
    assert not FailingAddress.objects.exists()


def test_m_nobody_silences_an_address_with_a_forged_bounce() -> None:
    """Not with an email to another address, one never sent, an old one, or another domain's."""
    mail = sent(write("eve@example.com"))
    assert receive(bounce(mail, to=ANA)) is Received.LEFT
    assert receive(bounce(SimpleNamespace(pk=mail.pk, to_address=ANA))) is Received.LEFT  # type: ignore[arg-type]
    waiting = write()
    assert receive(bounce(waiting)) is Received.LEFT
    late = clock.now() + dt.timedelta(days=14, seconds=1)
    ours = sent(waiting)
    with clock.at(late):
        assert receive(bounce(ours)) is Received.LEFT
    foreign = bounce(ours).replace(b"@localhost>", b"@elsewhere.example>")
    assert receive(foreign) is Received.LEFT
    assert not FailingAddress.objects.exists()


def test_m_one_mailbox_has_one_state_however_its_address_is_written() -> None:
    receive(bounce(sent(write("ana@xn--strae-handel-o9a.example")), to="Ana@Straße-Handel.example"))
    assert failing("ana@xn--strae-handel-o9a.example").hard_in_row == 1


@pytest.mark.parametrize(
    ("code", "words", "stops"),
    [(550, "5.1.1 no such user", 1), (550, "no such user", 1), (550, "5.7.1 listed", 0),
     (552, "too much", 0), (554, "transaction failed", 0)],
)  # fmt: skip
def test_m_a_refusal_as_the_email_is_handed_over_counts_as_a_bounce(
    post: PostOffice, code: int, words: str, stops: int
) -> None:
    post.answers[ANA] = f"{code} {words}"
    mail = write()
    assert deliver(mail.pk) is Delivery.DEAD
    assert (failing().hard_in_row, failing().words) == (stops, f"{code} {words}")
    assert receive(bounce(mail)) is Received.LEFT, "each email counts once"


def test_m_a_refusal_of_the_content_says_nothing_of_the_address(post: PostOffice) -> None:
    post.data_answer = "554 5.6.0 I do not like it"
    assert deliver(write().pk) is Delivery.DEAD
    assert not FailingAddress.objects.exists()


def test_m_statuses_that_mean_the_mailbox_stop_and_others_do_not() -> None:
    hard = ["5.0.0", "5.1.1", "5.1.10", "5.2.0", "5.2.1"]
    soft = ["5.2.2", "5.2.3", "5.3.4", "5.4.4", "5.6.0", "5.7.1", "5.7.26", "4.1.1", "4.4.7"]
    assert {kind_of_status(one) for one in hard} == {ReturnKind.HARD}
    assert {kind_of_status(one) for one in soft} == {ReturnKind.SOFT}
    assert kind_of_reply(550, "5.2.2 full") == ReturnKind.SOFT


# --- arriving again -------------------------------------------------------------------------------


def test_m_an_address_works_again_once_an_email_stayed_away_for_a_day() -> None:
    start = clock.now()
    receive(bounce(sent(write())))
    with clock.at(start + dt.timedelta(hours=1)):
        sent(write())
        assert sweep_arrived() == 0
    with clock.at(start + dt.timedelta(hours=25, minutes=1)):
        assert sweep_arrived() == 1
    assert not FailingAddress.objects.exists()


def test_m_an_email_that_came_back_has_not_arrived() -> None:
    receive(bounce(sent(write())))
    with clock.at(clock.now() + dt.timedelta(days=2)):
        assert sweep_arrived() == 0


def test_m_a_failing_address_is_forgotten_a_year_after_the_last_return() -> None:
    start = clock.now()
    receive(complaint(sent(write())))
    with clock.at(start + dt.timedelta(days=364)):
        assert sweep_arrived() == 0
    with clock.at(start + dt.timedelta(days=365, minutes=1)):
        assert sweep_arrived() == 1


def test_m_a_complaint_ends_only_when_its_person_asks_for_emails_again() -> None:
    start = clock.now()
    receive(complaint(sent(write())))
    with clock.at(start + dt.timedelta(minutes=1)):
        sent(write(code="user.password_reset_link"))
    with clock.at(start + dt.timedelta(days=2)):
        assert sweep_arrived() == 0
        let_try_again(ANA)
        assert failing().stopped_at is None
    with clock.at(start + dt.timedelta(days=2, minutes=1)):
        sent(write(code="user.mail_trial"))
    with clock.at(start + dt.timedelta(days=3, minutes=2)):
        assert sweep_arrived() == 1


def test_m_the_next_refusal_after_another_try_stops_emails_at_once() -> None:
    for _number in range(3):
        receive(bounce(sent(write())))
    let_try_again(ANA)
    receive(bounce(sent(write())))
    assert failing().stopped_at is not None


# --- answers --------------------------------------------------------------------------------------


def test_m_an_answer_gets_one_reply_a_day_that_nobody_reads_answers(
    post: PostOffice, settings: Any
) -> None:
    settings.REPLIES_TO, settings.BOUNCES_TO = "replies@localhost", "bounces@localhost"
    mail = sent(write())
    came = [receive(answer(mail)) for _number in range(3)]
    assert came == [Received.REPLIED, Received.LEFT, Received.LEFT]
    reply = Outbox.objects.get(kind="user.reply_unread")
    assert deliver(reply.pk) is Delivery.SENT
    got = post.only()
    assert got["Auto-Submitted"] == "auto-replied"
    assert got["In-Reply-To"] == got["References"] == "<reply-1@example.com>"
    assert got["Reply-To"] == "replies@localhost"
    assert post.envelopes == [("<>", [ANA])], "nothing comes back, and no program answers"
    assert "I changed the answer" not in reply.text + reply.html
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert receive(answer(mail)) is Received.REPLIED


@pytest.mark.parametrize(
    "more",
    ["Auto-Submitted: auto-replied\n", "Precedence: bulk\n", "List-Id: <l.example.com>\n",
     "X-Loop: portal\n", "X-Auto-Response-Suppress: All\n", "List-Unsubscribe: <x>\n"],
)  # fmt: skip
def test_m_programs_and_lists_get_no_reply(more: str) -> None:
    assert receive(answer(sent(write()), more=more)) is Received.LEFT


@pytest.mark.parametrize(
    "sender", ["mailer-daemon", "postmaster", "no-reply", "owner-list", "list-request", "bounces+7"]
)
def test_m_addresses_of_programs_get_no_reply(sender: str) -> None:
    mail = sent(write(f"{sender}@example.com"))
    assert receive(answer(mail)) is Received.LEFT


def test_m_a_reply_goes_only_to_the_address_that_we_wrote_to() -> None:
    mail = sent(write())
    assert receive(answer(mail, sender="victim@example.com")) is Received.LEFT
    unknown = answer(mail).replace(str(mail.pk).encode(), b"0" * 36)
    assert receive(unknown) is Received.LEFT
    empty = answer(mail).replace(b"Return-Path: <ana@example.com>", b"Return-Path: <>")
    assert receive(empty) is Received.LEFT
    assert receive(answer(mail), envelope_sender="") is Received.LEFT
    assert receive(answer(mail), envelope_sender="<>") is Received.LEFT


def test_m_a_reply_is_not_replied_to_and_never_goes_to_the_portal_itself(settings: Any) -> None:
    mail = sent(write())
    receive(answer(mail))
    reply = sent(Outbox.objects.get(kind="user.reply_unread"))
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert receive(answer(reply)) is Received.LEFT
    settings.REPLIES_TO = ANA
    assert receive(answer(sent(write()))) is Received.LEFT


def test_m_nothing_of_an_answer_becomes_a_header(post: PostOffice) -> None:
    mail = sent(write())
    nasty = answer(mail).replace(b"<reply-1@example.com>", b"<a@b>\r\n Bcc: spy@example.com")
    assert receive(nasty) is Received.REPLIED
    deliver(Outbox.objects.get(kind="user.reply_unread").pk)
    assert post.only()["Bcc"] is None
    assert post.only()["In-Reply-To"] == incoming_mail.NO_ID


# --- hostile input --------------------------------------------------------------------------------

DEEP = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\xff\xfe" * 1000, b"From: x\n" * 50_000, DEEP, b"\n" * 100_000,
        b"From: " + b"<" * 100_000, b"From: =?nowhere?b?!!!?= <a@b.example>\n\nx",
        b"In-Reply-To: " + b"<0" * 100_000 + b"\nFrom: a@b.example\n\n",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
        b'Content-Type: multipart/report; report-type="delivery-status"; boundary=b\n\n--b\n'
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!!\n--b--",
        b"Content-Type: multipart/report; report-type*0=delivery; report-type*1=-status; "
        b"report-type*=utf-9''x; boundary=b\n\n--b\n--b--",
        b"From: a@b.example, c@d.example\nReturn-Path: " + b"(" * 50_000 + b"\n\n",
    ],
    ids=range(12),
)  # fmt: skip
def test_m_whatever_comes_in_does_no_harm(content: bytes) -> None:
    assert receive(content) in {Received.LEFT, Received.UNREADABLE}


def test_m_a_mail_server_pipes_an_email_of_any_size(monkeypatch: Any, capsys: Any) -> None:
    come = io.BytesIO(bounce(sent(write())) + b"x" * 3 * incoming_mail.MOST_BYTES)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=come))
    call_command("receive_mail", "--sender", "")
    assert capsys.readouterr().out == "returned\n"
    assert come.read() == b"" and failing().hard_in_row == 1


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """A Maildir with three emails; the second is a bounce."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1").write_bytes(b"hello")
    (tmp_path / "cur" / "2:2,S").write_bytes(bounce(sent(write())))
    (tmp_path / "new" / "3").write_bytes(b"hello")
    return tmp_path


def names(folder: Path) -> list[str]:
    """The emails in a folder of a Maildir."""
    return sorted(one.name for one in folder.iterdir())


def fails_for(monkeypatch: Any, word: bytes, error: Exception) -> None:
    """Let emails with a word raise as they are taken in."""

    def taken_in(content: bytes, **more: Any) -> Received:
        if word in content:
            raise error
        return receive(content, **more)

    monkeypatch.setattr(receive_mail, "receive", taken_in)


def test_m_a_maildir_is_read_and_emptied(maildir: Path, capsys: Any) -> None:
    call_command("receive_mail", "--maildir", str(maildir))
    assert capsys.readouterr().out == "left\nreturned\nleft\n"
    assert names(maildir / "new") == names(maildir / "cur") == []


@pytest.mark.parametrize("error", [ValueError("no"), DataError("no"), RuntimeError("no")])
def test_m_an_email_that_fails_is_put_aside_and_delays_no_other(
    maildir: Path, monkeypatch: Any, capsys: Any, caplog: Any, error: Exception
) -> None:
    fails_for(monkeypatch, b"Final-Recipient", error)
    with pytest.raises(CommandError, match=r"put aside in .*: 1\.") as raised:
        call_command("receive_mail", "--maildir", str(maildir))
    assert raised.value.returncode == 1 and "2:2,S" in caplog.text
    assert capsys.readouterr().out == "left\nleft\n"
    assert names(maildir / "new") == names(maildir / "cur") == []
    assert names(maildir / ".unreadable" / "new") == ["2:2,S"]


def test_m_while_the_database_is_away_every_email_stays(maildir: Path, monkeypatch: Any) -> None:
    away = OperationalError("gone")
    fails_for(monkeypatch, b"Final-Recipient", away)
    monkeypatch.setattr(receive_mail, "_database_answers", lambda: False)
    with pytest.raises(CommandError) as raised:
        call_command("receive_mail", "--maildir", str(maildir))
    assert raised.value.returncode == os.EX_TEMPFAIL
    assert (names(maildir / "cur"), names(maildir / "new")) == (["2:2,S"], ["3"])


def test_m_a_mail_server_keeps_a_piped_email_when_the_portal_fails(monkeypatch: Any) -> None:
    fails_for(monkeypatch, b"hello", RuntimeError("no"))
    pipe = SimpleNamespace(buffer=io.BytesIO(b"hello"))
    monkeypatch.setattr("sys.stdin", pipe)
    with pytest.raises(CommandError) as raised:
        call_command("receive_mail")
    assert raised.value.returncode == os.EX_TEMPFAIL
