"""Hands emails to the mail server: at least once, with a stable Message-ID.

Claimed as a lease (core/leases.py), so that two workers never send the same email at once.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.core.mail import get_connection

from audit.services import note_sweep
from core import clock
from core.access import Access, system
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from notifications import selectors
from notifications.facts.refusals import cleaned
from notifications.models import Outbox, OutboxState
from notifications.providers.kinds import holds_secret
from notifications.selectors import due_mail
from notifications.services.messages import hand_over
from notifications.services.returned_mail import record_refused

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE = dt.timedelta(minutes=2)
LONGEST_PAUSE = dt.timedelta(hours=2)
#: While the mail server does not answer, only one email is tried: the sweep stops at the first
#: failure.
AWAY_PAUSE = dt.timedelta(minutes=1)


class Delivery(Enum):
    """The result of an attempt."""

    SENT = "sent"
    LATER = "later"
    DEAD = "dead"
    AWAY = "away"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Refusal:
    """The last words of a server; its code, if it refused the address of this email."""

    words: str = ""
    code: int = 0


NO_REFUSAL = Refusal()
#: After these an email is never sent as it is.
_ENDS = frozenset({Delivery.SENT, Delivery.DEAD, Delivery.STOPPED})


def _actor() -> Access:
    return system("Mail")


LEASES = Leases(
    lambda: Outbox.objects.filter(state=OutboxState.PENDING),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def deliver(mail_id: uuid.UUID | str) -> Delivery | None:
    """Send one email, if it is still due and no other worker has it; return the result."""
    mail = LEASES.claim(mail_id, gives_up=_gives_up)
    if mail is None:
        return None
    with on_behalf_of(_actor()):
        stopped = selectors.is_stopped(mail)
    if stopped:
        return _settle(mail, Delivery.STOPPED)
    server = get_connection()
    try:
        came, refusal = _send(mail, server)
    finally:
        server.close()
    return _settle(mail, came, refusal)


def _send(mail: Outbox, server: Any) -> tuple[Delivery, Refusal]:
    """Hand one email over; return the result, with the reason for a failure."""
    try:
        server.open()
    except OSError as error:  # refused, silent, or gone before it was given anything
        return Delivery.AWAY, Refusal(str(error))
    try:
        hand_over(mail, server)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()), (0, b""))
        return _judge(error), Refusal(_words(words), code)
    except OSError as error:
        return _judge(error), Refusal(str(error))
    except ValueError as error:  # an address or a header that no server would take
        return Delivery.DEAD, Refusal(str(error))
    return Delivery.SENT, Refusal()


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def sweep_outbox() -> int:
    """Send what is due and was not sent: lost tasks and retries. Safe to run at any time.

    Ends early if the mail server does not answer or the time is over; the next sweep continues.
    """
    sent = 0
    with on_behalf_of(_actor()):
        due = due_mail()
    for mail_id in in_time(due):
        came = deliver(mail_id)
        sent += came is Delivery.SENT
        if came is Delivery.AWAY:
            break
    with on_behalf_of(_actor()):
        note_sweep("outbox", mails=sent)
    return sent


def _gives_up(mail: Outbox) -> bool:
    """Whether every attempt was used without success: then the email is given up."""
    over = mail.attempts >= MAX_ATTEMPTS
    if over:
        mail.state = OutboxState.DEAD
        mail.save(update_fields=["state"])
    return over


def _judge(error: OSError) -> Delivery:
    """Whether the server did not answer, refused this email permanently, or should be
    tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Delivery.DEAD if codes and min(codes) >= 500 else Delivery.LATER
    if isinstance(error, smtplib.SMTPDataError):
        return Delivery.DEAD if error.smtp_code >= 500 else Delivery.LATER
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Delivery.LATER
    return Delivery.AWAY


def _settle(mail: Outbox, came: Delivery, refusal: Refusal = NO_REFUSAL) -> Delivery:
    """Write the result, unless someone else did in between."""
    if came is Delivery.LATER and mail.attempts >= MAX_ATTEMPTS:
        came = Delivery.DEAD
    if came is Delivery.SENT:
        mail.state, mail.sent_at, mail.last_error = OutboxState.SENT, clock.now(), ""
    elif came is Delivery.DEAD:
        mail.state = OutboxState.DEAD
        log.error("email %s (%s) is given up: %s", mail.pk, mail.kind, refusal.words)
    elif came is Delivery.STOPPED:
        mail.state, mail.last_error = OutboxState.STOPPED, ""
    elif came is Delivery.LATER:
        mail.next_attempt_at = clock.now() + clock.retry_pause(mail.attempts, LONGEST_PAUSE)
    else:
        # If the server was not reached, this does not count as an attempt.
        mail.attempts -= 1
        mail.next_attempt_at = clock.now() + AWAY_PAUSE
    if refusal.words:
        mail.last_error = cleaned(f"{refusal.code or ''} {refusal.words}")
    fields = ["state", "sent_at", "last_error", "next_attempt_at", "attempts"]
    if came in _ENDS and holds_secret(mail.kind):
        # A reader of the database must not find a link that still works.
        mail.text = mail.html = ""
        fields += ["text", "html"]
    with on_behalf_of(_actor()):
        pending = Outbox.objects.filter(pk=mail.pk, state=OutboxState.PENDING)
        written = pending.update(**{name: getattr(mail, name) for name in fields})
        if written and came is Delivery.DEAD and refusal.code:
            record_refused(mail, refusal.code, refusal.words)
    return came
