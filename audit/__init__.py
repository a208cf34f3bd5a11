"""The append-only record: events, status changes, the transition table machinery, timelines."""
