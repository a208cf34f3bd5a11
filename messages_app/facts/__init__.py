"""Facts about threads, as pure functions."""
