"""Read-only facts of trade accounts as small values."""
