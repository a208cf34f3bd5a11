"""Emails as mail servers, providers and people send them to the portal."""

from __future__ import annotations

from typing import Any

from core import clock
from notifications.models import Outbox, OutboxState

HEAD = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: portal@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
"""


def sent(mail: Outbox, **fields: Any) -> Outbox:
    """The same email after it was handed over."""
    changed = {"state": OutboxState.SENT, "sent_at": clock.now(), **fields}
    Outbox.objects.filter(pk=mail.pk).update(**changed)
    mail.refresh_from_db()
    return mail


def bounce(
    mail: Outbox,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    to: str = "",
    words: str = "550 5.1.1 No such user here",
    headers_only: bool = False,
) -> bytes:
    """A delivery status notification (RFC 3464) about an email of ours."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    body = "" if headers_only else "\nThe words of the email.\n"
    return f"""{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {to or mail.to_address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: {kind}

Message-ID: <{mail.pk}@localhost>
To: {mail.to_address}
Subject: hello
{body}
--b--
""".encode()


def complaint(mail: Outbox, *, kind: str = "abuse", to: str = "") -> bytes:
    """A report of abuse (RFC 5965). Providers often hide the address of who complains."""
    named = f"Original-Rcpt-To: <{to}>\n" if to else ""
    return f"""From: <abusedesk@provider.example>
To: portal@localhost
Subject: FW: hello
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
{named}
--b
Content-Type: message/rfc822

Message-ID: <{mail.pk}@localhost>
Subject: hello

The words of the email.
--b--
""".encode()


def answer(mail: Outbox, *, sender: str = "", more: str = "") -> bytes:
    """What a person writes as a reply."""
    return f"""Return-Path: <{sender or mail.to_address}>
From: Ana <{sender or mail.to_address}>
To: portal@localhost
Subject: Re: hello
Message-ID: <reply-1@example.com>
In-Reply-To: <{mail.pk}@localhost>
{more}
Thank you, I changed the answer.
""".encode()
