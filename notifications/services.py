"""Sending: rows in the transaction of the act, delivery after commit.

Mail never carries answers, findings, reasons or numbers; it says that there is something and
where to read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from audit.services import Scope
from core import clock
from core.jobs import enqueue
from core.text import isolate
from notifications import selectors
from notifications.kinds import Kind, Recipient, holds_secret, kind, resolve
from notifications.models import Muted, Notification, Outbox, OutboxState


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
    everybody once. Who has switched a kind off reads it inside the portal only; mandatory kinds
    cannot be switched off. The body is ``templates/mail/<code>.txt``; ``context``
    fills it and the subject. ``url`` is a path; ``once_key`` makes a repeated call (a sweep that
    runs twice) send once.
    """
    declared = kind(code)
    named = [*to, *(resolve(declared.recipients, about) if about is not None else ())]
    muted = frozenset() if declared.mandatory else selectors.muted_by(code, named)
    sent: list[Outbox] = []
    for recipient in {one.email.casefold(): one for one in reversed(named)}.values():
        key = _once(once_key, recipient) if once_key else None
        if key and Outbox.objects.filter(once_key=key).exists():
            continue
        mail = _mail(declared, recipient, scope, url, key, context)
        if mail is None:
            continue
        if recipient.user_id in muted:
            Outbox.objects.filter(pk=mail.pk).update(state=OutboxState.MUTED)
            continue
        enqueue("notifications.tasks.deliver", mail.pk)
        sent.append(mail)
    return sent


def _once(once_key: str, recipient: Recipient) -> str:
    """A key of constant length for one notice to one address."""
    return hashlib.sha256(f"{once_key}:{recipient.email.casefold()}".encode()).hexdigest()


def _mail(
    declared: Kind,
    recipient: Recipient,
    scope: Scope,
    url: str,
    key: str | None,
    context: dict[str, Any],
) -> Outbox | None:
    """Write mail and notice; None if another transaction wrote the same one first."""
    with translation.override(recipient.language), clock.shown_in(recipient.time_zone):
        places = {name: isolate(_one_line(value)) for name, value in context.items()}
        subject = declared.subject.format_map(places)[:200]
        link = f"{settings.SITE_URL}{url}" if url else ""
        values = {**context, "recipient": recipient, "subject": subject, "link": link}
        body = render_to_string(f"mail/{declared.code}.txt", values).strip()
        page = {**values, "paragraphs": [p.strip() for p in body.split("\n\n") if p.strip()]}
        text = render_to_string("mail/layout.txt", page)
        html = render_to_string("mail/layout.html", page)
    now = clock.now()
    mail = Outbox(
        kind=declared.code,
        to_address=recipient.email,
        to_name=_one_line(recipient.name)[:200],
        subject=subject,
        text=text,
        html=html,
        scope_kind=scope.kind,
        scope_id=scope.id,
        next_attempt_at=now,
        created_at=now,
        once_key=key,
    )
    Outbox.objects.bulk_create([mail], ignore_conflicts=key is not None)
    if key is not None and not Outbox.objects.filter(pk=mail.pk).exists():
        return None
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
    return mail


def _one_line(value: Any) -> str:
    """A value that cannot start a new header line."""
    return " ".join(str(value).split())


@transaction.atomic
def save_muted(*, user_id: Any, codes: Iterable[str], among: Iterable[Kind]) -> list[str]:
    """Keep which of the kinds in ``among`` a person does not want by mail; returns them.

    What is mandatory stays on, whatever ``codes`` says.
    """
    optional = {one.code for one in among if not one.mandatory}
    wanted = sorted(optional & set(codes))
    Muted.objects.filter(user_id=user_id, kind__in=optional).exclude(kind__in=wanted).delete()
    rows = [Muted(user_id=user_id, kind=code) for code in wanted]
    Muted.objects.bulk_create(rows, ignore_conflicts=True)
    return wanted


def forget_address(old: str, new: str = "") -> None:
    """Keep an address no longer that nobody has any more (U7).

    What waits is sent to ``new`` instead, unless it holds a link that lets its holder in, which
    was meant for the old mailbox: that is given up. Of what was sent to the old one the row
    stays, without the address.
    """
    rows = Outbox.objects.filter(to_address=old)
    waiting = rows.filter(state=OutboxState.PENDING)
    letting_in = [mail.pk for mail in waiting if holds_secret(mail.kind) or not new]
    rows.filter(pk__in=letting_in).update(state=OutboxState.DEAD, text="", html="")
    waiting.update(to_address=new)
    rows.update(to_address="", last_error="")
