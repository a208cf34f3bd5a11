"""Sending: rows in the transaction of the act, delivery after commit.

Mail never carries answers, findings, reasons or numbers; it says that there is something and
where to read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.headerregistry import Address
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from audit.services import Scope
from core import clock
from core.jobs import enqueue
from notifications.kinds import Kind, Recipient, kind, resolve
from notifications.models import Notification, Outbox, OutboxState

MAX_ATTEMPTS = 8
RETRY_AFTER = dt.timedelta(minutes=1)


def notify(
    code: str,
    *,
    scope: Scope,
    to: Iterable[Recipient] = (),
    about: Any = None,
    url: str = "",
    once_key: str = "",
    **context: Any,
) -> list[Outbox]:
    """Tell people of something, by mail and, for those with a sign-in, inside the portal.

    Recipients are the people in ``to`` (the groups that mean one person) and, when ``about`` is
    given, the other groups named for ``code`` in the list of notifications, resolved for it;
    everybody once. The body is ``templates/mail/<code>.txt``; ``context``
    fills it and the subject. ``url`` is a path; ``once_key`` makes a repeated call (a sweep that
    runs twice) send once.
    """
    declared = kind(code)
    named = [*to, *(resolve(declared.recipients, about) if about is not None else ())]
    sent: list[Outbox] = []
    for recipient in {one.email.casefold(): one for one in reversed(named)}.values():
        key = f"{once_key}:{recipient.email.casefold()}"[:120] if once_key else None
        if key and Outbox.objects.filter(once_key=key).exists():
            continue
        sent.append(_write(declared, recipient, scope, url, key, context))
    return sent


def _write(
    declared: Kind,
    recipient: Recipient,
    scope: Scope,
    url: str,
    key: str | None,
    context: dict[str, Any],
) -> Outbox:
    with translation.override(recipient.language):
        places = {name: _one_line(value) for name, value in context.items()}
        subject = declared.subject.format_map(places)[:200]
        link = f"{settings.SITE_URL}{url}" if url else ""
        values = {**context, "recipient": recipient, "subject": subject, "link": link}
        body = render_to_string(f"mail/{declared.code}.txt", values).strip()
        page = {**values, "paragraphs": [p.strip() for p in body.split("\n\n") if p.strip()]}
        text = render_to_string("mail/layout.txt", page)
        html = render_to_string("mail/layout.html", page)
    now = clock.now()
    mail = Outbox.objects.create(
        kind=declared.code,
        to_address=recipient.email,
        to_name=_one_line(recipient.name),
        subject=subject,
        text=text,
        html=html,
        scope_kind=scope.kind,
        scope_id=scope.id,
        next_attempt_at=now,
        created_at=now,
        once_key=key,
    )
    if recipient.user_id is not None:
        Notification.objects.create(
            user_id=recipient.user_id,
            kind=declared.code,
            subject=subject,
            body=body,
            url=url,
            created_at=now,
            scope_kind=scope.kind,
            scope_id=scope.id,
        )
    enqueue("notifications.tasks.deliver", mail.pk)
    return mail


def _one_line(value: Any) -> str:
    """A value that cannot start a new header line."""
    return " ".join(str(value).split())


@transaction.atomic
def deliver(mail_id: Any) -> bool:
    """Hand one mail to the mail server if it is still pending and nobody else is at it."""
    mail = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(pk=mail_id, state=OutboxState.PENDING)
        .first()
    )
    if mail is None:
        return False
    mail.attempts += 1
    try:
        _message(mail).send()
    except OSError as error:
        _postpone(mail, str(error))
        return False
    mail.state, mail.sent_at = OutboxState.SENT, clock.now()
    mail.save(update_fields=["state", "sent_at", "attempts"])
    return True


def _message(mail: Outbox) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    name, at, host = mail.to_address.rpartition("@")
    to = str(Address(mail.to_name, name, host)) if at else mail.to_address
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        connection=get_connection(),
        headers={
            "Message-ID": f"<{mail.pk}@{domain}>",
            "Date": format_datetime(mail.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _postpone(mail: Outbox, error: str) -> None:
    """Try again later, each time twice as long; give up visibly after the last attempt."""
    mail.last_error = error[:300]
    mail.next_attempt_at = clock.now() + RETRY_AFTER * 2 ** (mail.attempts - 1)
    if mail.attempts >= MAX_ATTEMPTS:
        mail.state = OutboxState.DEAD
    mail.save(update_fields=["state", "attempts", "last_error", "next_attempt_at"])


def due_mail(limit: int = 200) -> list[Any]:
    """The ids of pending mails whose time has come: what the sweep sends again."""
    pending = Outbox.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=clock.now())
    return list(pending.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def outbox_lag() -> dt.timedelta:
    """How long the oldest due mail has waited; zero when none waits. For ``/readyz``."""
    oldest = (
        Outbox.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=clock.now())
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
    return clock.now() - oldest if oldest else dt.timedelta()
