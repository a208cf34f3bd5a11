"""The only writers of notices and of the outbox."""
