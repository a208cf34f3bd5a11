"""The accounts of a request as small values: what the rules look at."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from trade_accounts.states import MembershipType


@dataclass(frozen=True)
class Party:
    """A trade account, and what the requester is in it: a type of membership, or empty.

    ``above`` are the accounts above it, the nearest first.
    """

    id: uuid.UUID
    name: str
    parent_id: uuid.UUID | None
    is_active: bool
    is_closed: bool
    requester_type: str = ""
    above: tuple[uuid.UUID, ...] = ()

    @property
    def is_top(self) -> bool:
        """Whether no account is above it."""
        return self.parent_id is None

    @property
    def has_requester(self) -> bool:
        """Whether the requester is a user of it."""
        return bool(self.requester_type)

    @property
    def is_administered(self) -> bool:
        """Whether the requester is its Company Administrator."""
        return self.requester_type == MembershipType.COMPANY_ADMINISTRATOR
