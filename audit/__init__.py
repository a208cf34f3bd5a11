"""The append-only record: events, status changes, transition tables, timelines."""
