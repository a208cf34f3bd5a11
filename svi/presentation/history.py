"""What a company saw of a partner's status over time (SVI5, SVI7)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from svi.models import SeenChange, SeenType
from svi.states import SharedStatus


@dataclass(frozen=True)
class StatusLine:
    """A status of one business type, from a day on."""

    type: str
    number: str
    status: SharedStatus
    on: dt.date

    @property
    def label(self) -> Any:
        """The status in words."""
        return self.status.label


def history_of(partner: Any, changes: Sequence[SeenChange]) -> list[StatusLine]:
    """The changes since the acceptance, newest first, and the status that stood then."""
    types = {one.type_account_id: one for one in partner.types}
    return [
        _line(types[one.type_account_id], one)
        for one in sorted(changes, key=lambda one: (one.at, str(one.pk)), reverse=True)
        if one.type_account_id in types
    ]


def status_on(partner: Any, changes: Sequence[SeenChange], on: dt.date) -> list[StatusLine]:
    """The status of each type at the end of a day; none before monitoring was accepted, and none of
    days to come.
    """
    if partner.accepted_at is None or not (
        clock.program_date(partner.accepted_at) <= on <= clock.today()
    ):
        return []
    types = {one.type_account_id: one for one in partner.types}
    newest: dict[uuid.UUID, SeenChange] = {}
    for one in sorted(changes, key=lambda one: one.at):
        if one.on <= on and one.type_account_id in types:
            newest[one.type_account_id] = one
    return [_line(types[pk], one) for pk, one in newest.items()]


def _line(kind: SeenType, change: SeenChange) -> StatusLine:
    status = SharedStatus.of(change.is_certified)
    return StatusLine(kind.name, kind.number, status, change.on)
