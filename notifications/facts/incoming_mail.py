"""Reads an email that came in: what came back, what was complained about, what is an answer.

The email may come from anyone and contain anything. Nothing in it is trusted: it only names an
email that the portal may have sent, and the address that it may have been sent to. Reports follow
RFC 3464 (delivery status), RFC 5965 (complaints) and RFC 3834 (who must not get an automatic
reply).
"""

from __future__ import annotations

import email
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from core.ids import parse_id
from notifications.facts.refusals import cleaned, kind_of_status
from notifications.states import ReturnKind

#: Longer emails are read up to here: a report names the returned email at its beginning.
MOST_BYTES = 1024 * 1024
#: No header says anything of use beyond this, and no report is about more addresses.
_MOST_HEADER = 2000
_MOST_ADDRESSES = 50

#: For an email without a Message-ID that fits into a header.
NO_ID = "<unknown@invalid>"
_ID = re.compile(r"<([0-9a-fA-F-]{36})@([^<>@\s]{1,255})>")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ROBOT = re.compile(
    r"mailer-daemon|postmaster|(?:do-?not|no)-?reply|noreply.*|listserv|majordomo|owner-.*"
    r"|.*-(?:owner|request|bounces?)|bounces?(?:[+-].*)?"
)
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "virus", "other"})


@dataclass(frozen=True)
class Returned:
    """An address for which an email came back, with the last words of the server."""

    address: str
    kind: ReturnKind
    words: str


@dataclass(frozen=True)
class Incoming:
    """What an email says: the ids of emails that it names, and either what ``came_back``, or the
    address ``answered_by``; ``message_id`` is its own.
    """

    mail_ids: tuple[uuid.UUID, ...] = ()
    came_back: tuple[Returned, ...] = ()
    answered_by: str = ""
    message_id: str = ""


class Unreadable(ValueError):
    """The bytes are no email that can be taken apart."""


def read(content: bytes, *, domain: str) -> Incoming:
    """Read an email; ``domain`` is that of our Message-IDs. Raises Unreadable."""
    try:
        return _read(email.message_from_bytes(content[:MOST_BYTES]), domain)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        # The parser of the standard library raises these for parts nested without end, for
        # headers with impossible codings, and for parts that are not what they say.
        raise Unreadable(type(error).__name__) from error


def _read(message: Message, domain: str) -> Incoming:
    report = str(message.get_param("report-type") or "").casefold()
    if message.get_content_type() == "multipart/report" and message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        ids = tuple(_ids(_returned_headers(parts), ("Message-ID",), domain))
        if report == "delivery-status":
            return Incoming(ids, tuple(_bounces(parts)))
        if report == "feedback-report":
            return Incoming(ids, tuple(_complaints(parts)))
        return Incoming(ids)
    ids = tuple(_ids([message], ("In-Reply-To", "References"), domain))
    own = _MESSAGE_ID.fullmatch(_header(message, "Message-ID").strip())
    return Incoming(ids, (), _answered_by(message), own[0] if own else NO_ID)


def _header(message: Message, name: str) -> str:
    """The first header of that name; bytes outside ASCII are read as UTF-8 (RFC 6532)."""
    found = (value for key, value in message.raw_items() if key.casefold() == name.casefold())
    raw = str(next(found, ""))[:_MOST_HEADER]
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _ids(messages: list[Message], names: tuple[str, ...], domain: str) -> Iterator[uuid.UUID]:
    """The ids of our emails in these headers; a Message-ID of another domain is not ours."""
    found = (pair for one in messages for name in names for pair in _ID.findall(_header(one, name)))
    for text, at in found:
        if at.casefold() == domain.casefold() and (mail_id := parse_id(text)) is not None:
            yield mail_id


# --- reports --------------------------------------------------------------------------------------


def _returned_headers(parts: list[Message]) -> list[Message]:
    """The headers of the returned email, which comes as an attachment or as its headers alone."""
    found = []
    for part in parts:
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
            found += [one for one in payload if isinstance(one, Message)]
        elif part.get_content_type() == "text/rfc822-headers":
            found.append(email.message_from_string(_text(part)))
    return found


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""


def _bounces(parts: list[Message]) -> Iterator[Returned]:
    """The addresses that failed. What is only late, or arrived, says nothing."""
    for part in parts:
        blocks = part.get_payload()
        if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        for block in blocks[: _MOST_ADDRESSES + 1]:
            if not isinstance(block, Message):
                continue
            if _header(block, "Action").strip().casefold() != "failed":
                continue
            found = _STATUS.search(_header(block, "Status"))
            kind = kind_of_status(found[0]) if found else ReturnKind.SOFT
            words = cleaned(_typed(_header(block, "Diagnostic-Code")))
            for name in ("Original-Recipient", "Final-Recipient"):
                if address := _typed(_header(block, name)).strip().strip("<>"):
                    yield Returned(address, kind, words)


def _typed(value: str) -> str:
    """What follows the type of a field, as in ``rfc822; ana@example.com``."""
    return value.partition(";")[2]


def _complaints(parts: list[Message]) -> Iterator[Returned]:
    """The addresses that complained. A provider may hide the address: then it is empty."""
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        payload = part.get_payload()
        first = payload[0] if isinstance(payload, list) and payload else None
        fields = first if isinstance(first, Message) else email.message_from_string(_text(part))
        kind = _header(fields, "Feedback-Type").strip().casefold()
        if kind not in _COMPLAINTS:
            continue
        address = _header(fields, "Original-Rcpt-To").strip().strip("<>")
        yield Returned(address, ReturnKind.COMPLAINT, cleaned(kind))


# --- answers --------------------------------------------------------------------------------------


def _answered_by(message: Message) -> str:
    """The address of a person who answers; empty if a program wrote the email (RFC 3834).

    An empty Return-Path, which the mail server adds, means that nobody may be answered.
    """
    path = getaddresses([_header(message, "Return-Path")])
    if "Return-Path" in message and not any(found for _name, found in path):
        return ""
    pairs = getaddresses([_header(message, "From")])
    address = pairs[0][1] if len(pairs) == 1 else ""
    return "" if not address or _is_automatic(message, address) else address


def _is_automatic(message: Message, address: str) -> bool:
    """Whether a program, a list or another automatic reply wrote the email."""
    auto = _header(message, "Auto-Submitted").partition(";")[0].strip().casefold()
    precedence = _header(message, "Precedence").strip().casefold()
    names = {name.casefold() for name in message}
    marks = {"x-autoreply", "x-autorespond", "x-loop", "feedback-id", "x-auto-response-suppress"}
    return (
        auto not in {"", "no"}
        or precedence in {"bulk", "list", "junk", "auto_reply"}
        or any(name.startswith("list-") for name in names)
        or not marks.isdisjoint(names)
        or message.get_content_type() == "multipart/report"
        or _ROBOT.fullmatch(address.rpartition("@")[0].casefold()) is not None
    )
