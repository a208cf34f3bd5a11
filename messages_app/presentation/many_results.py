"""What became of a message to many partners, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from messages_app import page_links
from messages_app.models import BroadcastRow

#: For each result the code of the status component, and its words.
RESULT_WORDS: Mapping[str, tuple[str, Any]] = {
    "sent": ("complete", _("Sent")),
    "waits": ("waits", _("Not sent yet")),
    "left_out": ("withdrawn", _("Left out")),
    "failed": ("returned", _("Could not be sent")),
}


def result_of(row: BroadcastRow) -> str:
    """The code of what became of it for one partner."""
    if row.thread_id is not None:
        return "sent"
    if row.done_at is None:
        return "waits"
    return "left_out" if row.left_out else "failed"


def result_words(row: BroadcastRow) -> str:
    """The same in words."""
    return str(RESULT_WORDS[result_of(row)][1])


@dataclass(frozen=True)
class ResultLine:
    """One partner in the list of results; ``url`` is its thread, if it was sent."""

    partner: str
    reference: str
    url: str
    code: str
    words: str
    why: str


def result_lines(rows: Iterable[Any]) -> list[ResultLine]:
    """The lines of a page of results."""
    return [
        ResultLine(
            row.security_model.trade_account.name,
            row.security_model.reference,
            page_links.page_of_result(row),
            RESULT_WORDS[result_of(row)][0],
            result_words(row),
            row.why,
        )
        for row in rows
    ]
