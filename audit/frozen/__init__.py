"""Facts that the database itself keeps (ADR 15) and seals (ADR 16). For models and migrations."""

from audit.frozen.keeping import FUNCTION, Frozen, for_each_role, keep, keep_anew
from audit.frozen.sealing import (
    SCOPES,
    SEALING,
    SEALING_IN_PLANS,
    SEALING_READ_BY,
    filled,
    filled_once,
    filled_read_by,
    seal,
    seal_anew,
)

__all__ = [
    "FUNCTION",
    "SCOPES",
    "SEALING",
    "SEALING_IN_PLANS",
    "SEALING_READ_BY",
    "Frozen",
    "filled",
    "filled_once",
    "filled_read_by",
    "for_each_role",
    "keep",
    "keep_anew",
    "seal",
    "seal_anew",
]
