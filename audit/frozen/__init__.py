"""Facts that the database itself keeps (ADR 15) and seals (ADR 16). For models and migrations."""

from audit.frozen.keeping import FUNCTION, ROLE, Frozen, keep
from audit.frozen.sealing import SEALING, filled, seal

__all__ = ["FUNCTION", "ROLE", "SEALING", "Frozen", "filled", "keep", "seal"]
