"""Whether an account takes part in SVI (SVI1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Participation:
    """Whether an account has signed the agreement, and whether a type of it is certified."""

    consents: bool
    is_certified: bool

    @property
    def is_full(self) -> bool:
        """Whether the account may ask, accept, and see the status of others."""
        return self.consents and self.is_certified
