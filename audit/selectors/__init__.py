"""Reads the record, and compares facts with their seals."""

from audit.selectors.compared import Compared, altered, fact_altered, once_altered
from audit.selectors.differences import accepted_differences, open_differences
from audit.selectors.facts import Altered, Facts, Found, differing, fact, unaltered
from audit.selectors.record import (
    Entry,
    events_for,
    events_read_by,
    moves_since,
    newest_sweep,
    served_until,
    status_history,
    timeline,
)
from audit.selectors.remembered import Remembered, fact_versions
from audit.selectors.statuses import unlike_their_last_change

__all__ = [
    "Altered",
    "Compared",
    "Entry",
    "Facts",
    "Found",
    "Remembered",
    "accepted_differences",
    "altered",
    "differing",
    "events_for",
    "events_read_by",
    "fact",
    "fact_altered",
    "fact_versions",
    "moves_since",
    "newest_sweep",
    "once_altered",
    "open_differences",
    "served_until",
    "status_history",
    "timeline",
    "unaltered",
    "unlike_their_last_change",
]
