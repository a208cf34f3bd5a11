"""Reads the emails that the demo's mail catcher stored, newest first."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
LISTED = 200


@dataclass(frozen=True)
class Mail:
    """One caught email; ``html`` is as it was sent and never part of our own pages."""

    name: str
    received: dt.datetime
    sender: str
    recipients: str
    subject: str
    text: str
    html: str
    attachments: list[str]


def _folder() -> Path:
    return Path(settings.MAIL_ROOT)


def newest() -> list[Mail]:
    """The newest emails, at most LISTED of them."""
    names = sorted((path.stem for path in _folder().glob("[0-9]*.eml")), reverse=True)
    mails = (read(name) for name in names[:LISTED])
    return [mail for mail in mails if mail is not None]


def read(name: str) -> Mail | None:
    """The email with that name, or None."""
    if not NAME.fullmatch(name):
        return None
    try:
        raw = (_folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(raw, policy=email.policy.default)
    nanoseconds = int(name.partition("-")[0])
    return Mail(
        name=name,
        received=dt.datetime.fromtimestamp(nanoseconds / 1e9, tz=dt.UTC),
        sender=str(message["From"] or ""),
        recipients=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[part.get_filename() or "" for part in message.iter_attachments()],
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
