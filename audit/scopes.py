"""The owners of rows: scopes that floors 1 to 4 can name without knowing the tables above them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from audit.models import ScopeKind


@dataclass(frozen=True)
class Scope:
    """The owner of a row: its kind and the id of the root (None for program rows)."""

    kind: ScopeKind
    id: uuid.UUID | None = None


PROGRAM = Scope(ScopeKind.PROGRAM)


def account_scope(trade_account_id: uuid.UUID) -> Scope:
    """The scope of a trade account."""
    return Scope(ScopeKind.TRADE_ACCOUNT, trade_account_id)


def model_scope(security_model_id: uuid.UUID) -> Scope:
    """The scope of a security model."""
    return Scope(ScopeKind.SECURITY_MODEL, security_model_id)


def person_scope(user_id: uuid.UUID) -> Scope:
    """The scope of one person."""
    return Scope(ScopeKind.PERSON, user_id)
