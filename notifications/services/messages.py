"""An email of the outbox as the message that is handed to the mail server."""

from __future__ import annotations

import smtplib
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from core.mailboxes import canonical_domain
from notifications.models import Outbox


def message(mail: Outbox, server: Any = None) -> EmailMultiAlternatives:
    """The message, as text and HTML. Raises ValueError for an address that cannot exist.

    Bounces go to ``BOUNCES_TO``, replies to ``REPLIES_TO``; both are the sender if not set.
    """
    sender = mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL))
    to = mailbox(mail.to_name, mail.to_address)
    made = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        _bounces_to() or str(sender),
        [str(to)],
        connection=server,
        headers={"From": str(sender), **_headers(mail, sender.domain)},
    )
    made.attach_alternative(mail.html, "text/html")
    return made


def hand_over(mail: Outbox, server: Any) -> None:
    """Give the message to the mail server; raises what ``EmailMessage.send`` raises.

    An automatic reply has no sender in its envelope, so that nothing comes back and no other
    program answers it (RFC 3834, 3.3). Django knows no such messages.
    """
    made = message(mail, server)
    smtp = getattr(server, "connection", None)
    if not mail.answers or not isinstance(smtp, smtplib.SMTP):
        made.send()
        return
    to = mailbox("", mail.to_address).addr_spec
    whole: Any = made.message()
    smtp.sendmail("", [to], whole.as_bytes(linesep="\r\n"))


def _headers(mail: Outbox, domain: str) -> dict[str, str]:
    """What names the email, and asks programs not to answer it (RFC 3834)."""
    headers = {
        "Message-ID": f"<{mail.pk}@{domain}>",
        "Date": format_datetime(mail.created_at),
        "Auto-Submitted": "auto-replied" if mail.answers else "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if settings.REPLIES_TO:
        headers["Reply-To"] = str(mailbox(*parseaddr(settings.REPLIES_TO)))
    if mail.answers:
        headers |= {"In-Reply-To": mail.answers, "References": mail.answers}
    if mail.unsubscribe_url:  # one click in the email program ends such emails (RFC 8058)
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _bounces_to() -> str:
    address = parseaddr(settings.BOUNCES_TO)[1]
    return str(mailbox("", address)) if address else ""


def own_domain() -> str:
    """The domain of our Message-IDs."""
    return mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL)).domain


def mailbox(name: str, address: str) -> Address:
    """A person's name and mailbox for a header; Django leaves an ASCII domain as it is.

    For other domains Django uses the rules of 2003, by which an email to ``straße`` goes to
    ``strasse``. Raises ValueError for a domain that cannot be written to.
    """
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        address = f"{local}{at}{canonical_domain(domain)}"
    return Address(name, addr_spec=address)
