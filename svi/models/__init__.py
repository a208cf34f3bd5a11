"""Consents, monitoring, and what companies see of each other (SVI1-SVI7)."""

from svi.models.monitoring import (
    NOTE_LENGTH,
    REFERENCE_LENGTH,
    Consent,
    Monitoring,
    PartnerNote,
    StatusNews,
)
from svi.models.proofs import RECIPIENT_LENGTH, StatusProof
from svi.models.seen import DirectoryEntry, DirectoryType, Monitor, Monitored, SeenChange, SeenType

__all__ = [
    "NOTE_LENGTH",
    "RECIPIENT_LENGTH",
    "REFERENCE_LENGTH",
    "Consent",
    "DirectoryEntry",
    "DirectoryType",
    "Monitor",
    "Monitored",
    "Monitoring",
    "PartnerNote",
    "SeenChange",
    "SeenType",
    "StatusNews",
    "StatusProof",
]
