"""The only code that writes notices and the outbox."""
