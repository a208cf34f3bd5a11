"""Reads the record, and compares facts with their seals."""

from audit.selectors.facts import (
    Altered,
    Facts,
    Found,
    altered,
    differing,
    fact,
    once_altered,
    unaltered,
)
from audit.selectors.record import (
    Entry,
    accepted_differences,
    events_for,
    newest_sweep,
    open_differences,
    status_history,
    timeline,
)

__all__ = [
    "Altered",
    "Entry",
    "Facts",
    "Found",
    "accepted_differences",
    "altered",
    "differing",
    "events_for",
    "fact",
    "newest_sweep",
    "once_altered",
    "open_differences",
    "status_history",
    "timeline",
    "unaltered",
]
