"""What a refusal by a mail server says about the address (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re

from core.text import one_line
from notifications.states import ReturnKind

WORDS = 300
#: X.1.Y is about the address, X.2.1 says that the mailbox is closed, and 5.0.0 says nothing more.
#: Others are about the size, the content, the network or the rules of the server.
_FINAL = re.compile(r"5\.(?:0\.\d{1,3}|1\.\d{1,3}|2\.[01])")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
#: Replies that mean the mailbox, if the server gives no status of three parts.
_FINAL_REPLIES = frozenset({550, 551, 553})


def kind_of_status(status: str) -> ReturnKind:
    """Whether a status of three parts refuses the address for good."""
    return ReturnKind.HARD if _FINAL.fullmatch(status) else ReturnKind.SOFT


def kind_of_reply(code: int, words: str) -> ReturnKind:
    """The same for a reply of a server; the status in its words counts more than its code."""
    found = _STATUS.match(words.strip())
    if found is not None:
        return kind_of_status(found[1])
    return ReturnKind.HARD if code in _FINAL_REPLIES else ReturnKind.SOFT


def cleaned(words: str) -> str:
    """What a server said, in one line that is safe to store and to show."""
    return one_line(words[: WORDS * 4])[:WORDS].strip()
