"""Webhooks: events for companies' own systems, sent to addresses that are checked (ADR 26)."""
