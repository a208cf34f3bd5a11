"""What a proof of status shows to an outsider: a name, business types, a status each (SVI5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from svi.states import ProofState, SharedStatus


@dataclass(frozen=True)
class ShownType:
    """A business type that was ever certified, and whether it is certified."""

    name: str
    is_certified: bool

    @property
    def status(self) -> SharedStatus:
        """Certified or Not Certified, never the tier."""
        return SharedStatus.of(self.is_certified)


@dataclass(frozen=True)
class ShownStatus:
    """The status of a company at an instant: all that an outsider learns."""

    company: str
    types: tuple[ShownType, ...]
    at: dt.datetime


def proof_state(*, revoked_at: dt.datetime | None, until: dt.date, today: dt.date) -> ProofState:
    """Whether a proof works: until it is revoked, and on its last day, too."""
    if revoked_at is not None:
        return ProofState.REVOKED
    return ProofState.VALID if today <= until else ProofState.EXPIRED
