"""What passes from a person who leaves to a successor, as small values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from core.crypto import content_hash
from core.errors import Problem
from security_models.states import ContactRole


@dataclass(frozen=True)
class Step:
    """One C-TPAT account: the roles of both before, and what the successor has afterwards."""

    model_id: uuid.UUID
    reference: str
    leaver_role: str
    successor_role: str
    role: str
    passes_poc: bool

    @property
    def leaver_label(self) -> str:
        """The role of the person who leaves, in words."""
        return str(ContactRole(self.leaver_role).label)

    @property
    def successor_label(self) -> str:
        """The role that the successor has now, in words; empty for none."""
        return str(ContactRole(self.successor_role).label) if self.successor_role else ""

    @property
    def label(self) -> str:
        """The role that the successor has afterwards, in words."""
        return str(ContactRole(self.role).label)


@dataclass(frozen=True)
class AccountPlan:
    """All of it in one trade account, which happens as a whole or not at all.

    ``closed`` are the C-TPAT accounts that can no longer be changed. ``handed`` says what else
    passes. ``invites``: the successor is not a user there and is invited; the rest waits until the
    invitation is accepted (R4). ``problems`` are the rules that stand in the way.
    """

    account_id: uuid.UUID
    account_name: str
    leaver_id: uuid.UUID
    successor_id: uuid.UUID | None
    steps: tuple[Step, ...] = ()
    closed: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    invites: bool = False
    becomes_administrator: bool = False
    removes: bool = False
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing would happen here."""
        return not (self.steps or self.handed or self.becomes_administrator or self.removes)

    @property
    def mark(self) -> str:
        """A short mark of what was shown: what is applied must be the same."""
        steps = [
            [str(one.model_id), one.leaver_role, one.successor_role, one.role, one.passes_poc]
            for one in self.steps
        ]
        problems = [str(one.message) for one in self.problems]
        more = [self.becomes_administrator, self.removes, str(self.successor_id), problems]
        return content_hash([steps, more, list(self.handed), self.invites])[:16]


@dataclass(frozen=True)
class Outcome:
    """What came of one trade account: empty ``problems`` if everything was done, or if the
    successor was ``invited`` there.
    """

    account_name: str
    references: tuple[str, ...]
    problems: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    invited: bool = False
